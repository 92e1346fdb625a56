"""Takes the people out of an encounter's texts: first what the encounter knows, then what rules and lists find.

All texts of one encounter go through one `Deidentifier` together, so that a name that one of them gives away is found
in every other, and the same person has the same made-up name in all. Nothing here reads a clock, a network or a database.
A person must read the result: see docs/deidentification.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .classes import Identifier
from .context import Context
from .dates import find_ages, find_dates
from .known import Known
from .known_numbers import KnownNumbers
from .lexicon import ENGLISH, MEDICAL, NAME, Flag
from .name_words import VERBISH
from .names import find_names, is_eponym
from .nets import find_nets
from .numbers import find_numbers
from .places import find_places
from .policy import Policy, safe_harbor
from .spans import Span, merge
from .surrogates import Surrogates
from .words_of import LOWER, TITLE, Text

#: From this confidence on a name found once is looked for everywhere.
TELLING = 0.8


@dataclass(frozen=True, slots=True)
class Result:
    """One text without its people.

    Attributes:
        text: with something else in place of each identifier.
        spans: where in the original the identifiers were, in order and apart from each other.
        unsure: the spans that a reviewer should see first, also those that the policy left in.
        policy: the version of the policy that was followed.
    """

    text: str
    spans: tuple[Span, ...]
    unsure: tuple[Span, ...]
    policy: str


class Deidentifier:
    """One encounter's context, policy and key. The same key gives the same surrogates: throw it away after use."""

    def __init__(self, *, key: bytes, context: Context | None = None, policy: Policy | None = None) -> None:
        self.context = context or Context()
        self.policy = policy or safe_harbor()
        self.key = key
        self._known = Known(self.context)
        self._numbers = KnownNumbers(self.context)

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """The identifiers of each text, in order and apart from each other, whatever the policy says."""
        read = [Text(text) for text in texts]
        found = [list(self._recognise(text)) for text in read]
        told = _told(read, found)
        for text, spans in zip(read, found, strict=True):
            spans.extend(_again(text, told))
        return [merge(spans, text.text) for text, spans in zip(read, found, strict=True)]

    def apply(self, texts: Sequence[str]) -> list[Result]:
        """The texts without their people. Names stay consistent over all of them."""
        surrogates = Surrogates(key=self.key, context=self.context, policy=self.policy)
        return [self._replaced(text, spans, surrogates) for text, spans in zip(texts, self.find(texts), strict=True)]

    def _recognise(self, text: Text) -> Iterator[Span]:
        yield from self._known.find(text)
        yield from self._numbers.find(text.text)
        yield from find_nets(text.text)
        yield from find_dates(text.text)
        yield from find_ages(text.text)
        yield from find_numbers(text.text)
        yield from find_places(text)
        yield from find_names(text)

    def _replaced(self, text: str, spans: Sequence[Span], surrogates: Surrogates) -> Result:
        pieces, at = [], 0
        taken = [span for span in spans if span.cls in self.policy.classes and span.confidence >= self.policy.least]
        for span in taken:
            pieces += [text[at : span.start], surrogates.replace(text[span.start : span.end], span)]
            at = span.end
        unsure = [span for span in spans if span.confidence < self.policy.unsure]
        return Result("".join([*pieces, text[at:]]), tuple(taken), tuple(unsure), self.policy.version)


def deidentify(text: str, *, key: bytes, context: Context | None = None, policy: Policy | None = None) -> Result:
    """One text by itself; see `Deidentifier` for several of one encounter.

    Args:
        key: 16 bytes or more that nobody can guess; whoever has it can tell which surrogate stands for what.
    """
    return Deidentifier(key=key, context=context, policy=policy).apply([text])[0]


def _told(texts: Iterable[Text], found: Iterable[list[Span]]) -> dict[str, tuple[Identifier, bool]]:
    """Words of names and places that were found for sure; True where the word is an ordinary one as well."""
    told: dict[str, tuple[Identifier, bool]] = {}
    for text, spans in zip(texts, found, strict=True):
        sure = [s for s in spans if s.cls in (Identifier.NAME, Identifier.LOCATION) and s.confidence >= TELLING]
        starts = {word.start: word for word in text.words}
        for span in sure:
            for at in range(span.start, span.end):
                word = starts.get(at)
                if word is None or len(word.folded) < 3 or word.folded in VERBISH:
                    continue
                ordinary = bool(word.flags & (ENGLISH | MEDICAL | Flag.COUNTRY | Flag.EPONYM))
                if span.cls == Identifier.NAME and (not ordinary or word.flags & NAME):
                    told.setdefault(word.folded, (span.cls, ordinary))
                elif span.cls == Identifier.LOCATION and not ordinary:
                    told.setdefault(word.folded, (span.cls, False))
    return told


def _again(text: Text, told: dict[str, tuple[Identifier, bool]]) -> Iterator[Span]:
    """The words that some text of the encounter gave away. An ordinary word needs its capital to be a name."""
    for at, word in enumerate(text.words):
        known = told.get(word.folded)
        if known is None or is_eponym(text, at):
            continue
        cls, ordinary = known
        usual = word.flags & (Flag.EVERYDAY | MEDICAL)
        if (
            not ordinary
            or (word.shape == TITLE and (word.capital or not usual))
            or (text.caseless and word.shape == LOWER and not usual and word.flags & Flag.TOP_FIRST)
        ):
            yield Span(word.start, word.end, cls, 0.8, "named elsewhere")
