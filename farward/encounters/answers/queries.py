"""Which questions wait for whom, the one that is due first at the top."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from farward.encounters.models import Encounter, SeatRole, Status
from farward.people.models import Role, User


def waiting() -> QuerySet[Encounter]:
    """Encounters in which a question waits."""
    return Encounter.objects.filter(status=Status.LIVE, answer_due__isnull=False).order_by("answer_due")


def waiting_for(user: User) -> QuerySet[Encounter]:
    """Those that wait for this account's answer."""
    seats = user.seats.filter(role=SeatRole.PRECEPTOR, removed_at=None)
    return waiting().filter(pk__in=seats.values("encounter"))


def overdue_at_sites_of(user: User) -> QuerySet[Encounter]:
    """Those whose answer is late, at the sites that this account coordinates."""
    sites = user.memberships.filter(role=Role.COORDINATOR).values("site")
    return waiting().filter(answer_due__lt=timezone.now(), site__in=sites)
