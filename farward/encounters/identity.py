"""Names and addresses of people without an account, sealed under the encounter's identity key."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from farward.vault.errors import KeyGone
from farward.vault.models import Lane
from farward.vault.sealing import open_sealed, seal

from .models import Seat, SeatRole


class Identity(msgspec.Struct, frozen=True):
    """Who a person without an account is."""

    name: str = ""
    email: str = ""
    phone: str = ""


def seal_identity(*, encounter_id: UUID, seat_id: UUID, identity: Identity) -> bytes:
    """Seal an identity so that it opens only for this seat."""
    return seal(encounter_id, Lane.IDENTITY, msgspec.json.encode(identity), _aad(seat_id))


def identity_of(seat: Seat) -> Identity:
    """Who sits here: from the account, else from the sealed identity. Empty once the key is thrown away."""
    if seat.user is not None:
        return Identity(name=seat.user.name, email=seat.user.email)
    if not seat.identity:
        return Identity()
    try:
        plain = open_sealed(seat.encounter_id, Lane.IDENTITY, bytes(seat.identity), _aad(seat.pk))
    except KeyGone:
        return Identity()
    return msgspec.json.decode(plain, type=Identity)


def name_of(seat: Seat) -> str:
    """The name to show: the person's, or the role where there is none."""
    return identity_of(seat).name or role_name(seat)


def role_name(seat: Seat) -> str:
    """The role in words, for those who must not see names."""
    return str(SeatRole(seat.role).label) if seat.role else _("Somebody")


def _aad(seat_id: UUID) -> bytes:
    return b"identity:" + seat_id.bytes
