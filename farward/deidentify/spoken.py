"""Numbers as they are spoken or dictated: "double five, oh one nine nine", "nineteen eighty five", "the third"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

UNITS = {word: at for at, word in enumerate("zero one two three four five six seven eight nine".split())}
UNITS |= {"oh": 0, "o": 0, "nought": 0, "naught": 0}
TEENS = {
    word: 10 + at
    for at, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())
}
TENS = {word: 10 * (2 + at) for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
SPOKEN = {**UNITS, **TEENS, **TENS, "double": -2, "triple": -3, "treble": -3, "dash": -1, "hyphen": -1, "hundred": -4}

_WORD = "|".join(sorted(SPOKEN, key=len, reverse=True))
#: A run of digits and number words with nothing between them but spaces, commas, points, hyphens and brackets.
RUN = re.compile(
    rf"(?<![\w/.])\+?\(?(?:\d+|\b(?:{_WORD})\b)(?:[ \t,.\-–()/]{{1,3}}(?:\d+|(?:{_WORD})\b)|\n(?:\d+(?!/)|(?:{_WORD})\b))*",
    re.IGNORECASE,
)
PIECE = re.compile(rf"\d|\b(?:{_WORD})\b", re.IGNORECASE)

_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_TEEN = "|".join(TEENS)
_TEN = "|".join(TENS)
#: A spoken number from 1 to 99, and a spoken year.
SMALL = rf"(?:(?:{_TEN})(?:[ -](?:{_UNIT}))?|{_TEEN}|{_UNIT})"
YEAR = (
    rf"(?:nineteen|twenty)[ -](?:hundred(?: and)?(?: {SMALL})?|(?:oh|o)[ -](?:{_UNIT})|{SMALL})"
    rf"|two thousand(?:,? (?:and )?{SMALL})?"
)
_FIRST = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
_FIRST += "|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
ORDINAL = rf"(?:twenty[ -]|thirty[ -])?(?:{_FIRST})"
_ORDINALS = {word: 1 + at for at, word in enumerate(_FIRST.split("|")[:20])} | {"thirtieth": 30}


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits read from a text and, for each, where in the text it was read. `words` counts those that were spoken."""

    digits: str
    places: tuple[tuple[int, int], ...]
    start: int
    end: int
    words: int


def digit_runs(text: str, shortest: int = 4) -> Iterator[DigitRun]:
    """Every run of at least `shortest` digits, typed or spoken."""
    for found in RUN.finditer(text):
        digits: list[str] = []
        places: list[tuple[int, int]] = []
        repeat, words = 1, 0
        for piece in PIECE.finditer(text, found.start(), found.end()):
            value = SPOKEN.get(piece[0].lower()) if not piece[0].isdigit() else int(piece[0])
            words += not piece[0].isdigit()
            if value is None or value < 0:
                repeat = -value if value in (-2, -3) else 1
                continue
            if words and value < 10 and digits and digits[-1] == "x" and not piece[0].isdigit():
                digits[-1], places[-1] = str(value), (places[-1][0], piece.end())
                continue
            spelled = [str(value // 10), "x"] if piece[0].lower() in TENS else list(str(value))
            digits += spelled * repeat
            places += [piece.span()] * (len(spelled) * repeat)
            repeat = 1
        if len(digits) >= shortest:
            # "eighty five" is 85: the nought of a ten waits for its unit.
            yield DigitRun("".join(digits).replace("x", "0"), tuple(places), *found.span(), words)


def read_number(text: str) -> int | None:
    """The number from 0 to 99, or the year, that a text like "eighty-five" says; None if it says none."""
    total, seen = 0, False
    if text.strip().isdigit():
        return int(text)
    for word in re.split(r"[\s-]+", text.lower().strip()):
        if word in ("and", ""):
            continue
        value = {**UNITS, **TEENS, **TENS, **_ORDINALS}.get(word)
        if word in ("hundred", "thousand"):
            total *= 100 if word == "hundred" else 1000
        elif value is None:
            return None
        elif seen and (total in (19, 20)) and value >= 10:
            total = total * 100 + value
        else:
            total += value
        seen = True
    return total if seen else None
