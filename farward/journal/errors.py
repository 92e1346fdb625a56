"""What can go wrong with a whole journal, as against one draft (`Refused`)."""

from __future__ import annotations


class NoJournal(LookupError):
    """No journal of that id was opened."""


class JournalUnavailable(Exception):
    """The database would not take or give entries now (locked, full, away). Nothing was half-written; try again."""


class JournalDamaged(Exception):
    """A stored entry is not what the journal wrote. `farward journal verify` says which and how."""
