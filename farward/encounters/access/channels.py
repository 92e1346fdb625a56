"""The access records of what goes past Django's views: the room's live channel and the tower's socket."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from farward.encounters.models import Seat
from farward.people.models import Role, User
from farward.privacy.accesses import Access, Origin, record_access
from farward.privacy.words import Act, Data, Why

from .recorder import role_in


def record_room(seat_id: UUID, origin: Origin) -> None:
    """A device begins to be sent what this seat may read. What it writes, the encounter's own journal says.

    A line that comes and goes is one access for a while. Raises as `record_access` does.
    """
    seat = Seat.objects.select_related("encounter").get(pk=seat_id)
    role, why = role_in(seat)
    access = Access(
        what=Data.ROOM,
        act=Act.READ,
        view="live",
        why=why,
        role=role,
        user=seat.user_id,
        seat=seat.pk,
        encounters=(seat.encounter_id,),
        origin=origin,
        renews=True,
    )
    record_access(access)


def record_tower(user: User, encounters: Collection[UUID], origin: Origin) -> None:
    """A preceptor's tower begins to show these encounters. Raises as `record_access` does."""
    access = Access(
        what=Data.SCHEDULE,
        act=Act.READ,
        view="tower_live",
        why=Why.TEACHING,
        role=Role.PRECEPTOR,
        user=user.pk,
        encounters=tuple(encounters),
        origin=origin,
        renews=True,
    )
    record_access(access)
