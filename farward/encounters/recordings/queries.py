"""The recordings of an encounter, as the debrief shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone

from farward.encounters.entries import CARE, PhaseMove, RecordingStarted, RecordingUploaded
from farward.encounters.models import Encounter, Phase, Seat
from farward.encounters.queries import seat_names
from farward.encounters.rules import reader_of
from farward.journal.queries import decode, read_entries
from farward.journal.types import ReadEntry

from . import storage
from .rules import VIEWERS, agreed_authors, keeps_apart

#: A device learns a little late that the phase has changed.
LATE_MS = 500
#: Nobody's clock is further from ours where a recording is aligned, and nobody's device goes on longer after the close.
SLACK_MS = 60_000


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: from when, by the server's clock and how exactly, in milliseconds.

    Attributes:
        apart: made while staff and patient's side were apart.
        kept: whether the bytes are here; they are not for ever.
    """

    upload: UUID
    author: str
    name: str
    started: int
    within: int
    ms: int
    picture: bool
    megabytes: float
    apart: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class Person:
    """All recordings of one person: a new one begins with each phase that the patient is kept apart from."""

    name: str
    kept: list[Recording]
    gone: int

    @property
    def within(self) -> int:
        return max((one.within for one in self.kept), default=0)

    @property
    def megabytes(self) -> float:
        return sum(one.megabytes for one in self.kept)

    @property
    def picture(self) -> bool:
        return any(one.picture for one in self.kept)


def people_in(recordings: Iterable[Recording]) -> list[Person]:
    """The recordings person by person, the first who recorded first."""
    by_author: dict[str, list[Recording]] = {}
    for one in recordings:
        by_author.setdefault(one.author, []).append(one)
    return [
        Person(name=all_of[0].name, kept=[one for one in all_of if one.kept], gone=sum(not one.kept for one in all_of))
        for all_of in by_author.values()
    ]


def recordings_of(seat: Seat) -> list[Recording]:
    """Those that this seat may see now, the first to begin first; only of those whose consent stands."""
    agreed = agreed_authors(seat.encounter) if seat.role in VIEWERS else frozenset()
    if not agreed:
        return []
    begun: dict[tuple[str, UUID], RecordingStarted] = {}
    names = {f"seat:{pk}": name for pk, name in seat_names(seat.encounter).items()}
    found: dict[UUID, Recording] = {}
    visit = _visit(seat.encounter)
    kinds = ("recording.started", "recording.uploaded")
    for entry in read_entries(journal_id=seat.encounter_id, kinds=kinds, reader=reader_of(seat)):
        if entry.erased or entry.author not in agreed:
            continue
        payload = decode(entry)
        if isinstance(payload, RecordingStarted):
            begun[entry.author, payload.recording] = payload
        elif isinstance(payload, RecordingUploaded) and (entry.author, payload.recording) in begun:
            start = begun[entry.author, payload.recording]
            recording = _recording(seat.encounter_id, entry, start, payload, names.get(entry.author, ""))
            # However often a device says that it is here.
            found.setdefault(payload.upload, _inside(recording, *visit))
    return sorted(found.values(), key=lambda one: one.started)


def _visit(encounter: Encounter) -> tuple[int, int]:
    """From when to when there can be recordings, in milliseconds: since the first came, until the close or now."""
    came = (entry.received for entry in read_entries(journal_id=encounter.pk, kinds=("presence",)))
    begins = min(came, default=encounter.starts_at)
    ends = encounter.phase_since if encounter.phase == Phase.CLOSED and encounter.phase_since else timezone.now()
    return int(begins.timestamp() * 1000), int(ends.timestamp() * 1000)


def _inside(one: Recording, begins: int, ends: int) -> Recording:
    """The recording where it can have been: one whose device lies must not stretch the playing of all for years."""
    started = min(max(one.started, begins - SLACK_MS), ends + SLACK_MS)
    return replace(one, started=started, ms=min(one.ms, ends + SLACK_MS - started))


def start_of(seat: Seat, recording: UUID) -> ReadEntry | None:
    """The entry with which this seat began this recording; None where it did not."""
    for entry in read_entries(journal_id=seat.encounter_id, kinds=("recording.started",)):
        if entry.author != f"seat:{seat.pk}":
            continue
        payload = decode(entry)
        if isinstance(payload, RecordingStarted) and payload.recording == recording:
            return entry
    return None


def apart_at(encounter: Encounter, started: int, within: int) -> bool:
    """Whether staff and patient's side were apart when a device began, all through what its clock leaves open."""
    apart = keeps_apart(encounter, Phase.HUDDLE)
    for entry in read_entries(journal_id=encounter.pk, kinds=("phase",)):
        move, at = decode(entry), entry.received.timestamp() * 1000
        if at > started + within + LATE_MS or not isinstance(move, PhaseMove):
            break
        apart = keeps_apart(encounter, move.to) and (apart or at <= started - within)
    return apart


def _recording(
    encounter_id: UUID, entry: ReadEntry, start: RecordingStarted, end: RecordingUploaded, name: str
) -> Recording:
    return Recording(
        upload=end.upload,
        author=entry.author,
        name=name,
        started=start.started,
        within=start.within,
        ms=end.ms,
        picture=start.picture,
        megabytes=end.size / 1_000_000,
        apart=entry.audience == CARE,
        kept=storage.is_here(encounter_id, end.upload),
    )
