"""The recordings of an encounter that are here, as the debrief shows them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from farward.encounters.entries import RecordingStarted, RecordingUploaded
from farward.encounters.models import Seat
from farward.encounters.queries import seat_names
from farward.encounters.rules import reader_of
from farward.journal.queries import decode, read_entries

from .rules import VIEWERS, recording_allowed


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: from when, by the server's clock and how exactly, in milliseconds."""

    upload: UUID
    name: str
    started: int
    within: int
    ms: int
    picture: bool
    megabytes: float


def recordings_of(seat: Seat) -> list[Recording]:
    """Those that this seat may see now, the first to begin first; none while consent does not stand."""
    if seat.role not in VIEWERS or not recording_allowed(seat.encounter):
        return []
    kinds = ("recording.started", "recording.uploaded")
    begun: dict[tuple[str, UUID], RecordingStarted] = {}
    names = {f"seat:{pk}": name for pk, name in seat_names(seat.encounter).items()}
    found = []
    for entry in read_entries(journal_id=seat.encounter_id, kinds=kinds, reader=reader_of(seat)):
        if entry.erased:
            continue
        payload = decode(entry)
        if isinstance(payload, RecordingStarted):
            begun[entry.author, payload.recording] = payload
        elif isinstance(payload, RecordingUploaded) and (entry.author, payload.recording) in begun:
            start = begun[entry.author, payload.recording]
            found.append(
                Recording(
                    upload=payload.upload,
                    name=names.get(entry.author, ""),
                    started=start.started,
                    within=start.within,
                    ms=payload.ms,
                    picture=start.picture,
                    megabytes=payload.size / 1_000_000,
                )
            )
    return sorted(found, key=lambda one: one.started)
