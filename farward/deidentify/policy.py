"""What is taken out and what stands in its place: data with a version, which every result names."""

from __future__ import annotations

from importlib import resources
from typing import Literal

import msgspec

from .classes import Identifier


class BadPolicy(ValueError):
    """The policy is no JSON, or not of the form described in docs/deidentification.md."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the rule.

    Attributes:
        version: named in every result; a changed policy gets a new one.
        classes: what is taken out.
        least: spans under this confidence stay in the text; they are listed all the same.
        unsure: spans under this confidence are shown to the reviewer first.
        style: "surrogate" puts a made-up value of the same kind, "label" the name of the class.
        dates: "shift" moves all days by the same number of weeks, "year" leaves the year alone.
        shift_weeks: the furthest that dates are moved, either way.
        oldest: ages above it become "90 or older", and years of birth that tell them go.
        zip_digits: first digits of a ZIP code that may stay.
        zip_withheld: areas of 20,000 people or fewer, whose ZIP codes become 000.
    """

    version: str
    classes: frozenset[Identifier]
    least: float
    unsure: float
    style: Literal["surrogate", "label"]
    dates: Literal["shift", "year"]
    shift_weeks: int
    oldest: int
    zip_digits: int
    zip_withheld: frozenset[str]


def read_policy(raw: bytes) -> Policy:
    """The policy from JSON.

    Raises:
        BadPolicy: with the place and what is wrong there.
    """
    try:
        return msgspec.json.decode(raw, type=Policy)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadPolicy(str(error)) from error


def safe_harbor() -> Policy:
    """The policy that comes with Farward."""
    return read_policy(resources.files(__package__).joinpath("policies/safe-harbor-1.json").read_bytes())
