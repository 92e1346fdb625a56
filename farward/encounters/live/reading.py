"""One look at an encounter for all its connections in a process: one thread, one pass, each reader only its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from farward.encounters.live import standing
from farward.encounters.live.frames import ByeCode
from farward.encounters.queries import Room, room_frame, room_of, wiring_frame
from farward.encounters.rules import reader_of
from farward.journal import queries as journal
from farward.journal.models import Entry
from farward.journal.types import Page, Reader

PAGE_ENTRIES = 200

#: Kinds that change nothing a `room` or `wiring` frame shows. Any other kind makes both be derived again.
QUIET = frozenset({
    "message", "clip", "heard", "brief", "mark", "observation", "still", "still.ask", "still.declined", "summary",
    "talk", "rung", "note.update", "note.comment", "recording.started", "recording.stopped", "recording.uploaded",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Want:
    """What one connection lacks: entries after a cursor (None: not now), and whether it needs the state anew."""

    seat_id: UUID
    device_id: UUID
    instance: UUID
    reader: Reader
    after: int | None
    state: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one `Want`. `gone` says that the connection no longer holds its seat."""

    gone: ByeCode | None = None
    room: dict[str, Any] | None = None
    wiring: dict[str, Any] | None = None
    page: Page | None = None
    reader: Reader | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A look at one encounter. `head` is the journal's `seq` before anything else was read."""

    head: int
    found: list[Found]


def look(encounter_id: UUID, seen: int, wants: Sequence[Want]) -> Look:
    """Read what each connection lacks. `seen` is the head of the look before."""
    head = journal.head(encounter_id)
    changed = head > seen and not QUIET.issuperset(_kinds_after(encounter_id, seen))
    room = room_of(encounter_id) if changed or any(want.state for want in wants) else None
    return Look(head, [_find(encounter_id, head, want, room if want.state or changed else None) for want in wants])


def _kinds_after(encounter_id: UUID, seen: int) -> set[str]:
    return set(Entry.objects.filter(journal=encounter_id, seq__gt=seen).values_list("kind", flat=True))


def _find(encounter_id: UUID, head: int, want: Want, room: Room | None) -> Found:
    if room is not None:
        # Before anything is read for it: a device that was cut off must not get one entry more.
        gone = standing.why_gone(want.seat_id, want.device_id, want.instance)
        if gone is not None:
            return Found(gone=gone)
    # A consent that was withdrawn takes from what may be read, from this look on.
    reader = want.reader if room is None else reader_of(room.scene.seat(want.seat_id))
    page = None
    if want.after is not None and want.after < head:
        page = journal.read_page(journal_id=encounter_id, reader=reader, after=want.after, limit=PAGE_ENTRIES)
    if room is None:
        return Found(page=page)
    return Found(room=room_frame(room, want.seat_id), wiring=wiring_frame(room, want.seat_id), page=page, reader=reader)
