"""Finds the encounter's own numbers however they are written, dictated or cut short, and its e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .classes import Identifier
from .context import Context
from .spans import Span
from .spoken import digit_runs

BETWEEN = r"[\s().\-/_#]{0,3}"
ENDS = re.compile(
    r"\b(?:ends?|ending|last (?:four|4)(?: digits)?|finish(?:es|ing))(?: (?:in|with|is|are|of))*[ :]{1,2}$",
    re.IGNORECASE,
)


class KnownNumbers:
    """The numbers and addresses of one encounter, ready for looking up."""

    def __init__(self, context: Context) -> None:
        self.digits: dict[str, Identifier] = {}
        self.tails: dict[str, Identifier] = {}
        patterns: list[tuple[Identifier, str]] = []
        for person in context.people:
            for phone in person.phones:
                self._add_phone(phone)
            for number in person.numbers:
                patterns += self._add_number(number)
            patterns += [(Identifier.EMAIL, form) for email in person.emails for form in _email_forms(email)]
            if person.born:
                self.digits |= dict.fromkeys(_date_digits(person.born), Identifier.DATE)
        for number in context.numbers:
            patterns += self._add_number(number)
        for day in context.dates:
            self.digits |= dict.fromkeys(_date_digits(day), Identifier.DATE)
        self.patterns = [(cls, re.compile(form, re.IGNORECASE)) for cls, form in patterns]

    def _add_phone(self, phone: str) -> None:
        digits = re.sub(r"\D", "", phone)
        for form in {digits, digits[-10:], digits[-9:], digits[-7:]}:
            if len(form) >= 6:
                self.digits[form] = Identifier.PHONE
        self.tails[digits[-4:]] = Identifier.PHONE

    def _add_number(self, number: str) -> list[tuple[Identifier, str]]:
        signs = re.findall(r"[A-Za-z0-9]", number)
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 5 and len(digits) >= len(signs) - 5:
            self.digits.setdefault(digits, Identifier.OTHER_ID)
            self.tails.setdefault(digits[-4:], Identifier.OTHER_ID)
        if len(signs) < 4:
            return []
        form = BETWEEN.join(re.escape(sign) for sign in signs)
        return [(Identifier.OTHER_ID, rf"(?<![A-Za-z0-9]){form}(?![A-Za-z0-9])")]

    def find(self, text: str) -> Iterator[Span]:
        """Every trace of the encounter's numbers in the text."""
        if self.digits:
            for run in digit_runs(text):
                for digits, cls in self.digits.items():
                    at = run.digits.find(digits)
                    if at >= 0 and (len(digits) > 4 or digits == run.digits):
                        start, end = run.places[at][0], run.places[at + len(digits) - 1][1]
                        # The word before a number knows its class better than the context does.
                        sure = 0.96 if cls == Identifier.OTHER_ID else 0.985
                        yield Span(start, end, cls, sure, "number of the encounter")
                tail = self.tails.get(run.digits)
                if tail and ENDS.search(text, max(0, run.start - 30), run.start):
                    yield Span(run.start, run.end, tail, 0.95, "end of a number of the encounter")
        for cls, pattern in self.patterns:
            for found in pattern.finditer(text):
                yield Span(*found.span(), cls, 0.96, "number of the encounter")


def _email_forms(email: str) -> list[str]:
    local, _, domain = email.partition("@")
    spoken = re.escape(email).replace("@", r"\s?(?:@|\(at\)|at)\s?").replace(r"\.", r"(?:\.|\s?dot\s?)")
    spoken = spoken.replace("_", r"(?:_|\s?underscore\s?)").replace(r"\-", r"(?:-|\s?(?:dash|hyphen)\s?)")
    forms = [spoken]
    if len(local) >= 5 and domain:
        forms.append(rf"(?<!\w){re.escape(local)}(?!\w)")
    return forms


def _date_digits(day: date) -> set[str]:
    """A day as digits without anything between them."""
    return {day.strftime(form) for form in ("%m%d%Y", "%d%m%Y", "%Y%m%d", "%m%d%y", "%d%m%y")}
