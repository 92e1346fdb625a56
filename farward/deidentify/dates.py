"""Dates in every form they are written or spoken in, days of the year, and ages over 89. A year alone may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .classes import Identifier
from .spans import Span
from .spoken import ORDINAL, SMALL, YEAR

MONTHS = {
    name: at
    for at, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct"
        "|november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = rf"(?:(?:19|20)\d\d|['’]\d\d|{YEAR})"
_DAY = r"(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?"
_SPOKEN_DAY = rf"(?:the )?{ORDINAL}"
_COMMA = r"(?:,? |, ?|,\n|\n)"
_SEP = r"[/.\-–]"

#: (confidence, reason, pattern). Where a pattern has a group "d", that is the date, else all of it.
PATTERNS = [
    (0.98, "date", rf"(?<![\d/.\-])(?:0?[1-9]|[12]\d|3[01])(?P<s>{_SEP})(?:0?[1-9]|[12]\d|3[01])(?P=s)(?:(?:19|20)\d\d|['’]?\d\d)(?![\d/]|[.\-]\d)"),
    (0.99, "date", r"(?<![\d\-])(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01]|[1-9])(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?(?![\d\-])"),
    (0.99, "month and day", rf"\b(?:{MONTH}[ \n\-]?{_DAY}\b(?!:)(?:{_COMMA}{_YEAR}\b|[\-/ ]['’]?\d\d\b(?![:.\d]))?)"),
    (0.99, "day and month", rf"\b{_DAY}[ \n\-/]?(?:of )?{MONTH}(?:{_COMMA}{_YEAR}\b|[\-/ ,]{{0,2}}(?:(?:19|20)\d\d|['’]?\d\d)\b(?![:.\d]))?"),
    (0.98, "spoken date", rf"\b{MONTH} {_SPOKEN_DAY}\b(?:{_COMMA}(?:of )?(?:{_YEAR})\b)?"),
    (0.98, "spoken date", rf"\b{_SPOKEN_DAY} (?:day )?(?:of )?{MONTH}(?:{_COMMA}(?:{_YEAR})\b)?"),
    (0.95, "spoken date", rf"\b(?!may|march){MONTH} {SMALL}\b(?:{_COMMA}(?:{_YEAR})\b)?"),
    (0.9, "spoken date", rf"\b(?:may|march) {SMALL}\b{_COMMA}(?:{_YEAR})\b"),
    (0.95, "month and year", rf"\b{MONTH}(?:,? |, ?|/|-|\n)(?:of )?{_YEAR}\b"),
    (0.9, "month and year", r"(?<![\d/.])(?:0?[1-9]|1[0-2])[/\-](?:19|20)\d\d(?![\d/\-])"),
    (0.85, "month", rf"\b(?:in|since|until|till|by|before|after|end of|through|from|during|around|of|(?=last|next|early|late|mid|this))[ \-]?(?P<d>(?:(?:last|next|early|late|mid|this)[ \-])?\b{MONTH})(?! (?:be|not|have|need|also|or|help|cause|i|we|you|to)\b)(?!['’]s)"),
    (0.9, "holiday", r"\b(?P<d>christmas(?: (?:eve|day))?|thanksgiving(?: day)?|new year['’]?s(?: (?:eve|day))?|labor day|memorial day|independence day|boxing day|easter(?: (?:sunday|monday|weekend))?|halloween|valentine['’]?s(?: day)?|(?:the )?(?:fourth|4th) of july|juneteenth|eid(?: al[ -]\w+)?|diwali|hanukkah|mother['’]?s day|father['’]?s day)\b"),
    (0.8, "day of the month", r"\b(?:on|since|until|till|by|from|before|after|for|dated) (?:the )(?P<d>\d{1,2}(?:st|nd|rd|th))\b(?! (?:day|week|month|year|floor|time|dose|percentile|grade|rib|toe|finger|attempt|trimester|nerve|metatarsal))"),
    (0.75, "day of the month", rf"\b(?:on|since|until|till|by|from|before|after) the (?P<d>{ORDINAL})\b(?! (?:day|week|month|year|floor|time|dose|grade|rib|toe|finger|attempt|trimester|nerve|one|of|visit|session|appointment|opinion|night))(?= ?(?:[.,;!?\n]|and\b|at\b|for\b|i\b|we\b|to\b|about\b|$))"),
    (0.8, "day and month", r"(?:(?:\b(?:on|since|until|till|from|by|of|dated?|seen|visit|for|dob|before|after|due|last|next|scheduled|admitted|discharged|and|through|thru|to|start(?:ed|ing)?)[ :]{1,2})|^|\n|\(|- )(?P<d>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])|(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2]))(?![\d/%]|\.\d)(?! ?(?:hx|history|ago|pain|strength|power|systolic|murmur|on the|days?|weeks?|months?|wk|severity|intensity|scale))"),
]  # fmt: skip
COMPILED = [(confidence, reason, re.compile(pattern, re.IGNORECASE)) for confidence, reason, pattern in PATTERNS]
#: Fractions that are no dates: three of seven days, two of six of a murmur, power five of five, pain seven of ten.
FRACTION = re.compile(r"\d{1,2}/(?:5|6|7|10|12|15|30)$")
#: Verbs and modals that look like months when nothing is known of their case.
MODAL = re.compile(r"(?:may|march|mar|sep|dec)\b", re.IGNORECASE)

_OLD = r"(?:9\d|1[0-2]\d)"
_OLD_SPOKEN = r"(?:ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a |one )?hundred(?: and)?(?: (?:one|two|three|four|five|six|seven|eight|nine|ten))?)"
_ELDER = "mother|father|mom|mum|mommy|dad|daddy|mama|papa|grand\\w+|gran|nana|nan|wife|husband|aunt|auntie|uncle|sister|brother|neighbou?r|friend|patient|pt|lady|man|woman|gentleman"
AGES = [
    re.compile(rf"(?<![\d.,/])(?P<d>{_OLD})(?=[ -]?(?:years?|yrs?|y/?o|y\.o|yof|yom|yr)\b(?! (?:ago|history|of (?:smoking|experience)|later)))(?!\.)", re.I),
    re.compile(rf"(?<![\d.,/])(?P<d>{_OLD})(?=[ ]?(?:F|M)\b)"),
    re.compile(rf"\b(?:aged?|ages|turn(?:ed|ing|s)?|age:|age is|birthday|she(?:['’]s| is)|he(?:['’]s| is)|i(?:['’]m| am)|years? old at)[ :]{{1,2}}(?P<d>{_OLD})\b(?! ?(?:%|kg|percent|pounds|lbs|cm|mmhg|bpm|on\b|over|/|\.\d|minutes|days|weeks|months|mg))", re.I),
    re.compile(rf"\b(?P<d>{_OLD_SPOKEN})(?=[ -](?:years?|yrs?)[ -]?(?:old|of age)\b)", re.I),
    re.compile(r"\b(?:aged?|turn(?:ed|ing|s)?|age is|she(?:['’]s| is)|he(?:['’]s| is)|i(?:['’]m| am))[ :]{1,2}(?P<d>ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)\b(?! ?(?:percent|kilos|pounds|over|minutes|days|weeks))", re.I),
    re.compile(
        rf"\b(?:{_ELDER})(?: (?:is|was|turns|turned|became|just|now|only|almost|nearly|about|already|over|she|he|who|live[sd]?|until|to)){{1,4}} (?P<d>{_OLD}|{_OLD_SPOKEN})\b(?! ?(?:%|kg|percent|pounds|lbs|kilos|cm|mmhg|bpm|over|on|/|\.\d|minutes|days|weeks|months|mg|miles|steps|degrees))",
        re.I,
    ),
    re.compile(r"\b(?:in (?:his|her|their|my) )(?P<d>(?:early |mid |late |mid-)?(?:nineties|90['’]?s))\b", re.I),
]  # fmt: skip


def find_dates(text: str) -> Iterator[Span]:
    """Dates and parts of dates; years alone, weekdays and durations stay."""
    for confidence, reason, pattern in COMPILED:
        group = "d" if "d" in pattern.groupindex else 0
        for found in pattern.finditer(text):
            start, end = found.span(group)
            said = text[start:end]
            if "/" in said and FRACTION.search(said) and len(said) < 6 and not _on(text, start):
                continue
            if reason == "month" and MODAL.match(said) and said[0].islower() and not _in(text, start):
                continue
            if (
                reason == "month and day"
                and said[:3].lower() in ("may", "mar")
                and said[0].islower()
                and _dose(text, end)
            ):
                continue
            yield Span(start, end, Identifier.DATE, confidence, reason)


def _on(text: str, start: int) -> bool:
    return re.search(r"\b(?:on|dated?|due|dob|scheduled)[ :]{1,2}$", text[max(0, start - 12) : start], re.I) is not None


def _in(text: str, start: int) -> bool:
    return re.search(r"\b(?:in|since|last|until)[ ]$", text[max(0, start - 8) : start], re.I) is not None


def _dose(text: str, end: int) -> bool:
    return re.match(r" ?(?:mg|days?|weeks?|times|tablets?|percent)\b", text[end : end + 10], re.I) is not None


def find_ages(text: str) -> Iterator[Span]:
    """Ages of 90 and more, written or spoken."""
    for pattern in AGES:
        for found in pattern.finditer(text):
            yield Span(*found.span("d"), Identifier.AGE, 0.95, "age over 89")
