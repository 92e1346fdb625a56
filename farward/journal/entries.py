"""The one kind of entry that the journal itself writes."""

from __future__ import annotations

import msgspec

from farward.journal.registry import Kind


class Shredded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The journal's keys were thrown away: by whom, and why. Not sealed, since no key is left to read it with."""

    by: str
    reason: str


KINDS = [Kind("shredded", Shredded, audiences=frozenset({"everyone"}), after_close=True, sealed=False)]
