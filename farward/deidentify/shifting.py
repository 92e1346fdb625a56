"""Moves a date, as it was written, by a number of days, and writes it in the same manner where that is known."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .dates import MONTHS
from .spoken import TENS, read_number

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([/.\-–])(\d{1,2})\2['’]?(\d{4}|\d{2})$")
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})$")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/\-](\d{4})$")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_NAMES = [name.capitalize() for name in MONTHS if (len(name) > 3 and name != "sept") or name == "may"]
#: A year that stands for none, where only month and day were said: a leap year, so that 29 February exists.
NO_YEAR = 2024


def shift(said: str, days: int, *, year_only: bool, oldest_birth: int | None) -> str | None:
    """The date moved by `days`, in words or figures like the original; None where the text is no full date.

    Args:
        year_only: write nothing but the year.
        oldest_birth: a year up to this one would tell of an age over 89, and is withheld.
    """
    read = _read(said)
    if read is None:
        return None
    day, has_year, form = read
    if has_year and oldest_birth is not None and day.year <= oldest_birth:
        return "[90 or older]"
    if year_only:
        return str(day.year) if has_year else None
    return _written(day + timedelta(days=days), has_year, form, said)


def _read(said: str) -> tuple[date, bool, str] | None:
    try:
        if found := _ISO.match(said):
            return date(int(found[1]), int(found[3]), int(found[4])), True, "iso" + found[2]
        if found := _NUMERIC.match(said):
            month, day = int(found[1]), int(found[3])
            first = "m" if month <= 12 else "d"
            month, day = (month, day) if first == "m" else (day, month)
            return date(_century(found[4]), month, day), True, first + found[2] + str(len(found[4]))
        if found := _SHORT.match(said):
            month, day = int(found[1]), int(found[2])
            first = "m" if month <= 12 else "d"
            month, day = (month, day) if first == "m" else (day, month)
            return date(NO_YEAR, month, day), False, first + "/"
        if found := _MONTH_YEAR.match(said):
            return date(int(found[2]), int(found[1]), 15), True, "my"
        return _read_words(said)
    except (ValueError, OverflowError):
        return None


def _century(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else 2000 + year if year < 40 else 1900 + year


def _read_words(said: str) -> tuple[date, bool, str] | None:
    words = [word.lower() for word in _WORDS.findall(said)]
    at = next((i for i, word in enumerate(words) if word in MONTHS), None)
    if at is None:
        return None
    month = MONTHS[words[at]]
    before = " ".join(w for w in words[:at] if w not in ("the", "of", "day", "st", "nd", "rd", "th"))
    after = [w for w in words[at + 1 :] if w not in ("the", "of", "st", "nd", "rd", "th")]
    day, year = (read_number(before) if before else None), None
    rest = " ".join(after)
    if rest and day is not None:
        year = read_number(rest)
    elif rest:
        cut = 2 if after[0] in TENS and len(after) > 1 and (read_number(after[1]) or 99) < 10 else 1
        value = read_number(" ".join(after[:cut]))
        if value is not None and value <= 31:
            day, year = value, read_number(" ".join(after[cut:])) if cut < len(after) else None
        if day is None:
            year = read_number(rest)
    if year is not None and year < 100:
        year = _century(f"{year:02}")
    form = "dm" if before else "md" if day is not None else "m"
    return date(year or NO_YEAR, month, day or 15), year is not None, form


def _written(day: date, has_year: bool, form: str, said: str) -> str:
    month = _NAMES[day.month - 1]
    if any(name in _WORDS.findall(said.lower()) for name in MONTHS if len(name) <= 3 and name != "may"):
        month = month[:3]
    if said.islower():
        month = month.lower()
    year = f" {day.year}" if has_year else ""
    match form[0:2]:
        case "is":
            return day.strftime(f"%Y{form[3]}%m{form[3]}%d")
        case "md":
            return f"{month} {day.day}{',' if has_year else ''}{year}"
        case "dm":
            return f"{day.day} {month}{year}"
        case "my":
            return f"{day.month}/{day.year}"
    if form == "m":
        return f"{month}{year}"
    first, second = (day.month, day.day) if form[0] == "m" else (day.day, day.month)
    sign = form[1]
    if len(form) == 2:
        return f"{first}{sign}{second}"
    return f"{first}{sign}{second}{sign}{day.year if form[2:] == '4' else f'{day.year % 100:02}'}"
