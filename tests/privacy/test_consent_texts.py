"""The wordings of consent: every purpose has one, and one that was used can always be shown again."""

from __future__ import annotations

import hashlib

import pytest

from farward.privacy.models import Purpose
from farward.privacy.texts import UnknownText, consent_text, current_texts

#: The SHA-256 of every wording ever published. One that was used is never edited: add a version instead.
PUBLISHED: dict[tuple[str, str, str], str] = {
    ("visit", "2026-1", "en"): "06d815374ec9aa8221451734bfc76efe286eede93139432ecea40b6343423c49",
    ("visit", "2026-2", "en"): "975329fa26f83ceb8e64673adb2d5e528bb7e56e3988511b04f4354ba609dd49",
    ("visit", "2026-3", "en"): "8367f75a733bc9d9298b9fd47a9ec097be2da144f2f6732abbb2207eea0c5b80",
    ("recording", "2026-2", "en"): "04b7573321a77d6f364962e8ce9c980c0bc29bdf24a1e75715e625bcd0b7415a",
    ("recording", "2026-3", "en"): "821e3e9925b668abb6cd4f790c86394ad75ce173e388b7db110e485b55a17270",
    ("learner", "2026-1", "en"): "6f96d44974b9474a5019d77210dbfb8abbbdc00625cef7a774a69ada96f83703",
    ("observers", "2026-1", "en"): "30c7a3e4297bf8433fe593735b6f78155b7a864c7277dcbbe3e457e69b4e069a",
    ("stills", "2026-1", "en"): "79a65c7dbcede069b703dc479ffe31ce5d3babf13f67f338755e87671fe9b1da",
    ("teaching", "2026-1", "en"): "d0285b0d6bd8efc313b9a8e8a0f25f8d4c0ff93f9e4de07d5565522591fbf90f",
}


@pytest.mark.parametrize("purpose", Purpose.values)
def test_every_purpose_has_a_wording_in_plain_words(purpose: str) -> None:
    text = current_texts("en")[purpose]
    assert text.agree.startswith("I agree")
    sentences = text.body.replace("?", ".").split(".")
    assert max(len(sentence.split()) for sentence in sentences) <= 30


def test_a_language_without_wordings_falls_back_to_english() -> None:
    assert {text.language for text in current_texts("xx-YY").values()} == {"en"}


def test_a_regional_language_finds_its_own() -> None:
    assert current_texts("en-KE") == current_texts("en")


def test_an_unknown_wording_is_not_invented() -> None:
    for version, language in (("1999-1", "en"), ("2026-1", "xx")):
        with pytest.raises(UnknownText):
            consent_text(Purpose.VISIT, version=version, language=language)


@pytest.mark.parametrize(("key", "digest"), PUBLISHED.items())
def test_a_published_wording_never_changes(key: tuple[str, str, str], digest: str) -> None:
    text = consent_text(key[0], version=key[1], language=key[2])
    said = "\n".join([text.title, text.body, text.agree])
    assert hashlib.sha256(said.encode()).hexdigest() == digest


def test_every_wording_is_published() -> None:
    current = {(text.purpose, text.version, text.language) for text in current_texts("en").values()}
    assert current <= set(PUBLISHED)
