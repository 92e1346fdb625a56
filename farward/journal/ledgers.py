"""Ledgers: journals beside the encounters' own, in the same tables and under the same chain and signatures.

Who looked at an encounter is written into a ledger of its own, so that looking never moves what people in the room
read, and so that erasing an encounter leaves the answer to who saw it. Its id is the encounter's with another version
in it: encounters have UUIDs of version 7 (RFC 9562), their ledgers the same bits as version 8. What concerns no
encounter, or several at once, stands in the ledger of the school.
"""

from __future__ import annotations

from uuid import UUID

_FLIP = 0xF << 76

#: The ledger of the whole school.
SCHOOL = UUID("00000000-0000-8000-8000-000000000000")


def ledger_of(encounter_id: UUID) -> UUID:
    """The id of the ledger that belongs to an encounter."""
    return UUID(int=encounter_id.int ^ _FLIP)


def is_ledger(journal_id: UUID) -> bool:
    """Whether a journal of this id is a ledger and not an encounter's own."""
    return journal_id.version == 8


def encounter_of(ledger_id: UUID) -> UUID | None:
    """The encounter that a ledger belongs to; None for the school's."""
    return None if ledger_id == SCHOOL else UUID(int=ledger_id.int ^ _FLIP)
