"""Reads what one seat may see of its encounter's course."""

from __future__ import annotations

from farward.encounters.models import Seat
from farward.encounters.rules import reader_of
from farward.journal.queries import decode, read_entries

from .timeline import Line, Timeline, build_timeline

KINDS = (
    "presence", "phase", "talk", "link", "rung", "stance", "whisper", "message", "clip", "question", "answer", "mark",
    "still", "hand", "help",
)  # fmt: skip


def timeline_of(seat: Seat) -> Timeline | None:
    """The encounter's timeline as this seat may see it; None if nobody came, or its content was erased."""
    entries = read_entries(journal_id=seat.encounter_id, kinds=KINDS, reader=reader_of(seat))
    return build_timeline([Line(entry.author, entry.received, decode(entry)) for entry in entries if not entry.erased])
