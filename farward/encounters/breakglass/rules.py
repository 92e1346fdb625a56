"""Who may break glass, and for how long it stays broken."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from farward.encounters.models import CALLED_OFF, Encounter
from farward.people.models import Role, User
from farward.people.rules import AnyUser, is_member, roles_of
from farward.privacy.models import BrokenGlass

FOR = timedelta(minutes=60)
BREAKERS = frozenset({Role.PRECEPTOR, Role.ADMINISTRATOR})


def can_break(user: AnyUser, encounter: Encounter) -> bool:
    """Whether the account may: a preceptor of the site or an administrator, who has no place in the encounter."""
    if not is_member(user) or encounter.status in CALLED_OFF or not roles_of(user, encounter.site) & BREAKERS:
        return False
    return not encounter.seats.filter(user=user, removed_at=None).exists()


def broken_by(user: User, encounter: Encounter, now: datetime | None = None) -> BrokenGlass | None:
    """The account's view of the encounter, while it lasts and while it still may."""
    glass = BrokenGlass.objects.filter(user=user, encounter=encounter.pk, ends_at__gt=now or timezone.now())
    found = glass.order_by("-ends_at").first()
    return found if found is not None and can_break(user, encounter) else None
