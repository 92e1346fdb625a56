"""Who of a new booking is expected elsewhere at that time. Said as a warning: the desk may know better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.people.models import Site

from .identity import Identity, identity_of
from .models import OPEN, Mode, Seat, SeatRole

if TYPE_CHECKING:
    from .actions.booking import SeatRequest


def clashes(*, site: Site, seats: Sequence[SeatRequest], starts_at: datetime, ends_at: datetime) -> list[str]:
    """One sentence for each person who is in another live encounter then; of that one nothing is told but its time.

    Patients have no account: they are known again by name, address or number, among those of the same site.
    """
    taken = Seat.objects.filter(
        removed_at=None,
        encounter__status__in=OPEN,
        encounter__mode=Mode.LIVE,
        encounter__starts_at__lt=ends_at,
        encounter__ends_at__gt=starts_at,
    ).select_related("encounter", "user")
    return [
        _("%(name)s is in another encounter from %(from)s to %(to)s.")
        % {"name": name, "from": _clock(seat.encounter.starts_at, site), "to": _clock(seat.encounter.ends_at, site)}
        for name, seat in [*_accounts(taken, seats), *_patients(taken, seats, site)]
    ]


def _accounts(taken: QuerySet[Seat], seats: Sequence[SeatRequest]) -> Iterator[tuple[str, Seat]]:
    users = {request.user.pk: request.user for request in seats if request.user is not None}
    for seat in taken.filter(user__in=users).order_by("encounter__starts_at"):
        if seat.user is not None:
            yield seat.user.name, seat


def _patients(taken: QuerySet[Seat], seats: Sequence[SeatRequest], site: Site) -> Iterator[tuple[str, Seat]]:
    wanted = [request for request in seats if request.role == SeatRole.PATIENT]
    if not wanted:
        return
    for seat in taken.filter(role=SeatRole.PATIENT, user=None, encounter__site=site).order_by("encounter__starts_at"):
        other = identity_of(seat)
        for request in wanted:
            if _same(request, other):
                yield request.name, seat


def _same(request: SeatRequest, other: Identity) -> bool:
    pairs = ((request.name, other.name), (request.email, other.email), (request.phone, other.phone))
    return any(one and _plain(one) == _plain(another) for one, another in pairs)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _clock(moment: datetime, site: Site) -> str:
    return timezone.localtime(moment, site.zone).strftime("%H:%M")
