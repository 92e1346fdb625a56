"""Entries: from a seat's device, with rules and projections inside the append, and from the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.handlers import handle
from farward.encounters.models import Device, Seat
from farward.journal.actions import append, record
from farward.journal.intake import parse_batch
from farward.journal.types import SYSTEM, Accepted, AppendResult, Draft, Refusal, Refused

Admit = Callable[[Draft, msgspec.Struct], None]


class DeviceEnded(Exception):
    """The device that sent a batch no longer holds the seat. Nothing was written."""


def append_from_seat(
    *, seat_id: UUID, items: Sequence[msgspec.Raw], device_id: UUID | None = None, now: datetime | None = None
) -> AppendResult:
    """Take a batch from a seat's device. Each entry is accepted or refused by itself.

    Raises:
        DeviceEnded: `device_id` was given, and that device was ended meanwhile.
    """
    drafts = parse_batch(items)
    journal_id = Seat.objects.filter(pk=seat_id).values_list("encounter_id", flat=True).first()
    if journal_id is None:
        return AppendResult(accepted=[], refused=[_unknown(index, draft) for index, draft in enumerate(drafts)], head=0)
    author = f"seat:{seat_id}"
    return append(journal_id=journal_id, author=author, drafts=drafts, admit=_admission(seat_id, device_id), now=now)


def record_system(
    *,
    encounter_id: UUID,
    kind: str,
    audience: str,
    payload: msgspec.Struct,
    author: str = SYSTEM,
    admit: Admit | None = None,
) -> Accepted:
    """Write one entry of the server's own. Raises journal.types.Refused."""
    return record(journal_id=encounter_id, author=author, kind=kind, audience=audience, payload=payload, admit=admit)


def _admission(seat_id: UUID, device_id: UUID | None) -> Admit:
    """Rules and projections for one batch. The seat is read once, inside the lock, and shared by the batch."""
    seats: list[Seat] = []

    def admit(draft: Draft, payload: msgspec.Struct) -> None:
        if not seats:
            if device_id is not None and not Device.objects.filter(pk=device_id, revoked_at=None).exists():
                raise DeviceEnded
            seats.append(Seat.objects.select_related("encounter", "encounter__site").get(pk=seat_id))
        rules.check(seats[0], draft, payload)
        handle(seats[0], draft, payload)

    return admit


def _unknown(index: int, draft: Draft | Refusal) -> Refusal:
    error = Refused("unknown_seat", _("This place does not exist any more."))
    return Refusal(index=index, id=draft.id, code=error.code, message=error.message)
