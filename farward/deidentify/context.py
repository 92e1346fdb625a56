"""What an encounter knows of itself: its people, their numbers and dates, its places. The best help there is.

Read from JSON by `read_context`; every field may be left out.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=300)]


class BadContext(ValueError):
    """The context is no JSON, or not of the form described in docs/deidentification.md."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of the encounter, or somebody they speak of.

    Attributes:
        name: in full, given names first.
        role: the seat's role, or what the person is to the patient.
        also: nicknames, former names, other spellings.
        born: date of birth.
        numbers: record, insurance, licence, plate, device numbers, as they are usually written.
    """

    name: Text
    role: str = "patient"
    also: tuple[Text, ...] = ()
    born: date | None = None
    phones: tuple[Text, ...] = ()
    emails: tuple[Text, ...] = ()
    numbers: tuple[Text, ...] = ()
    addresses: tuple[Text, ...] = ()
    employer: Text | None = None


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An encounter as its own records have it.

    Attributes:
        people: everyone with a seat, and relatives or others who are known.
        places: the site, schools, employers, towns.
        numbers: numbers that belong to nobody in particular, such as the encounter's own.
        dates: the day of the encounter and other days; birthdays stand with the people.
        held: the day of the encounter; years of birth that make somebody older than 89 then are taken out too.
    """

    people: tuple[Person, ...] = ()
    places: tuple[Text, ...] = ()
    numbers: tuple[Text, ...] = ()
    dates: tuple[date, ...] = ()
    held: date | None = None


def read_context(raw: bytes) -> Context:
    """The context from JSON.

    Raises:
        BadContext: with the place and what is wrong there, and nothing of what the file says.
    """
    try:
        return msgspec.json.decode(raw, type=Context)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadContext(str(error)) from error
