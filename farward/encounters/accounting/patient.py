"""What a patient is shown: who has seen what of their visit, in plain words and without other people's matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from farward.encounters.doors import held_seat
from farward.encounters.models import Encounter, Seat, SeatRole
from farward.encounters.queries import seat_names
from farward.privacy.models import AccessRecord
from farward.privacy.words import EMERGENCIES, Act, Data, Why

from .queries import local, role_label

#: Lists of the day name no patient: they would bury what matters.
LEFT_OUT = frozenset({Data.SCHEDULE, Data.ACCOUNT})


@dataclass(slots=True)
class Seen:
    """What one person did with one kind of data on one day: how often, first and last."""

    day: date
    who: str
    role: str
    what: str
    why: str
    changed: bool
    emergency: bool
    first: datetime
    last: datetime
    times: int = 1


@never_cache
@require_GET
def seen(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Who has seen what of this visit, the newest day first."""
    seat = held_seat(request, seat_id, {SeatRole.PATIENT})
    context = {"seat": seat, "encounter": seat.encounter, "seen": seen_by(seat)}
    return render(request, "encounters/accounting/seen.html", context)


def seen_by(seat: Seat) -> list[Seen]:
    """Every access to the visit but the patient's own, gathered by day, person and kind of data."""
    records = (
        AccessRecord.objects.filter(encounter=seat.encounter_id)
        .exclude(what__in=LEFT_OUT)
        .exclude(seat=seat.pk)
        .select_related("user")
        .order_by("pk")
    )
    return _gathered(records, seat.encounter)


def _gathered(records: Iterable[AccessRecord], encounter: Encounter) -> list[Seen]:
    names = seat_names(encounter)
    found: dict[tuple[object, ...], Seen] = {}
    for record in records:
        at = local(record.at, encounter)
        key = (at.date(), record.user_id or record.seat, record.role, record.what, record.why, record.act)
        if key in found:
            found[key].last = at
            found[key].times += 1
            continue
        found[key] = Seen(
            day=at.date(),
            who=record.user.name if record.user else names.get(record.seat, "") if record.seat else "",
            role=role_label(record.role),
            what=str(Data(record.what).label),
            why=str(Why(record.why).label),
            changed=record.act == Act.WRITE,
            emergency=record.why in EMERGENCIES,
            first=at,
            last=at,
        )
    return sorted(found.values(), key=lambda one: one.last, reverse=True)
