"""The encounters that staff may take along, and what goes into a pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from farward.encounters.models import CARE, OPEN, Seat
from farward.encounters.rules import reader_of
from farward.journal.queries import head, read_page
from farward.journal.types import ReadEntry
from farward.people.models import User

from .lease import label_of

#: A pack holds what comes within this time: a lease lasts no longer.
AHEAD = timedelta(days=7)
MOST = 20
#: What a pack weighs on the line, measured: the room's page, and each entry of a journal. The shell comes once.
PAGE_BYTES = 40_000
ENTRY_BYTES = 400
SHELL_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Offer:
    """One encounter that could be kept on the device."""

    seat: Seat
    label: str
    bytes: int


def offers_for(user: User) -> list[Offer]:
    """The coming and running encounters in which the account has a learner's or preceptor's seat, soonest first."""
    now = timezone.now()
    seats = (
        user.seats.filter(removed_at=None, role__in=CARE, encounter__status__in=OPEN)
        .filter(Q(encounter__ends_at__gte=now) | Q(encounter__status="live"), encounter__starts_at__lt=now + AHEAD)
        .select_related("encounter__site")
        .order_by("encounter__starts_at")[:MOST]
    )
    return [Offer(seat, label_of(seat), PAGE_BYTES + ENTRY_BYTES * head(seat.encounter_id)) for seat in seats]


def entries_after(seat: Seat, after: int) -> dict[str, Any]:
    """All that this seat may read of its journal from there on, with the cursor it has then."""
    entries: list[ReadEntry] = []
    # Nobody has read further than there is, whatever a device says.
    cursor, more = min(after, head(seat.encounter_id)), True
    while more:
        page = read_page(journal_id=seat.encounter_id, reader=reader_of(seat), after=cursor)
        entries += page.entries
        cursor, more = page.cursor, page.more
    return {"entries": entries, "cursor": cursor}
