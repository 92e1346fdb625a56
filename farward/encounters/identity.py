"""Names and addresses of people without an account, sealed under the encounter's identity key."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from farward.policy.sight import shows_name
from farward.vault.errors import KeyGone
from farward.vault.models import Lane
from farward.vault.sealing import open_sealed, seal

from .models import Seat, SeatRole


class Identity(msgspec.Struct, frozen=True):
    """Who a person without an account is."""

    name: str = ""
    email: str = ""
    phone: str = ""
    #: The six digits that the newest link asks for, where the site wants that.
    code: str = ""


def seal_identity(*, encounter_id: UUID, seat_id: UUID, identity: Identity) -> bytes:
    """Seal an identity so that it opens only for this seat."""
    return seal(encounter_id, Lane.IDENTITY, msgspec.json.encode(identity), _aad(seat_id))


def identities_of(seats: Sequence[Seat]) -> dict[UUID, Identity]:
    """Who sits in these seats of one encounter: from the account, else from what is sealed.

    A person whose identity key was thrown away has no name any more.
    """
    found: dict[UUID, Identity] = {}
    seen_live = False
    for seat in seats:
        if seat.user is not None:
            found[seat.pk] = Identity(name=seat.user.name, email=seat.user.email)
            continue
        identity = _open(seat, known_live=seen_live)
        seen_live = identity is not None
        found[seat.pk] = identity or Identity()
    return found


def identity_of(seat: Seat) -> Identity:
    """Who sits here."""
    return identities_of([seat])[seat.pk]


def name_of(seat: Seat) -> str:
    """The name to show: the person's, or the role where there is none."""
    return identity_of(seat).name or role_name(seat)


def shown_name(me: Seat, seat: Seat, name: str) -> str:
    """What to call `seat` before `me`: by this name where `me` may see it, else by the role."""
    may = seat.pk == me.pk or shows_name(me.role, seat.role)
    return name if name and may else role_name(seat)


def role_name(seat: Seat) -> str:
    """The role in words, for those who must not see names."""
    return str(SeatRole(seat.role).label)


def _open(seat: Seat, *, known_live: bool) -> Identity | None:
    try:
        sealed = bytes(seat.identity)
        plain = open_sealed(seat.encounter_id, Lane.IDENTITY, sealed, _aad(seat.pk), known_live=known_live)
    except KeyGone:
        return None
    return msgspec.json.decode(plain, type=Identity)


def _aad(seat_id: UUID) -> bytes:
    return b"identity:" + seat_id.bytes
