"""The one kind of entry that the journal itself writes."""

from __future__ import annotations

from farward.journal.registry import Kind
from farward.journal.types import Payload


class Shredded(Payload, frozen=True):
    """The journal's keys were thrown away: by whom, and why. Not sealed, since no key is left to read it with."""

    by: str
    reason: str


KINDS = [Kind("shredded", Shredded, audiences=frozenset({"everyone"}), after_close=True, sealed=False)]
