"""The wordings of consent, by version and language.

They live in `texts/consent.toml`, not in the translation catalogues: what a person agreed to must be shown again
word for word years later, so a wording is never edited, only followed by a new version.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .models import Purpose

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One wording: the question's title, what it means, and the short sentence that is agreed to."""

    purpose: str
    version: str
    language: str
    title: str
    body: str
    agree: str


class UnknownText(LookupError):
    """No such purpose, version and language."""


@cache
def _texts() -> dict[tuple[str, str, str], ConsentText]:
    path = Path(__file__).parent / "texts" / "consent.toml"
    found = {}
    for row in tomllib.loads(path.read_text("utf-8"))["text"]:
        text = ConsentText(**row)
        found[text.purpose, text.version, text.language] = text
    return found


def consent_text(purpose: Purpose | str, *, version: str, language: str) -> ConsentText:
    """Exactly this wording. Raises UnknownText."""
    try:
        return _texts()[str(purpose), version, language]
    except KeyError:
        raise UnknownText(f"{purpose} {version} {language}") from None


def current_texts(language: str) -> dict[str, ConsentText]:
    """The newest wording of every purpose, in this language where there is one, else in English."""
    newest: dict[tuple[str, str], ConsentText] = {}
    for text in sorted(_texts().values(), key=lambda text: text.version):
        newest[text.purpose, text.language] = text
    base = language.split("-", maxsplit=1)[0].lower()
    return {
        str(purpose): newest.get((str(purpose), base)) or newest[str(purpose), FALLBACK_LANGUAGE] for purpose in Purpose
    }
