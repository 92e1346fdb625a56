"""What an emergency shows of an encounter: who, why they came, what was written, the note, the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from farward.encounters.captures.rules import stills_allowed
from farward.encounters.entries import Answer, Brief, Message, Question
from farward.encounters.models import Capture, Encounter, SeatRole
from farward.encounters.note.document import SECTIONS
from farward.encounters.note.forms import SECTION_LABELS
from farward.encounters.note.queries import read_note, read_summary
from farward.encounters.queries import seat_identities
from farward.journal.queries import decode, read_entries

SAID = ("brief", "message", "question", "answer")


@dataclass(frozen=True, slots=True)
class Said:
    """One line that somebody wrote."""

    at: datetime
    who: str
    text: str


def record_of(encounter: Encounter) -> dict[str, Any]:
    """The whole record, to read. For those whom `rules.broken_by` lets in."""
    identities = seat_identities(encounter)
    seats = list(encounter.seats.filter(removed_at=None))
    names = {f"seat:{pk}": identity.name for pk, identity in identities.items()}
    note = read_note(encounter.pk)
    return {
        "people": [
            {"identity": identities[seat.pk], "role": seat.get_role_display(), "reach": seat.role != SeatRole.HELPER}
            for seat in seats
        ],
        "said": list(_said(encounter, names)),
        "sections": [(SECTION_LABELS[name], note.sections[name]) for name in SECTIONS if note.sections[name].strip()],
        "summary": read_summary(encounter.pk),
        "pictures": list(pictures_of(encounter)),
    }


def pictures_of(encounter: Encounter) -> list[Capture]:
    """The pictures that may be shown now: the patient may have taken the consent to them back."""
    return list(encounter.captures.order_by("received_at")) if stills_allowed(encounter) else []


def _said(encounter: Encounter, names: dict[str, str]) -> list[Said]:
    found = []
    for entry in read_entries(journal_id=encounter.pk, kinds=SAID):
        payload = None if entry.erased else decode(entry)
        if isinstance(payload, Brief | Message | Question | Answer):
            at = timezone.localtime(entry.received, encounter.site.zone)
            found.append(Said(at, names.get(entry.author, ""), payload.text))
    return found
