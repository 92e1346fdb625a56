"""The browsers that hold a seat: how one comes to hold it, hands it over, and proves that it still does.

A seat is held by one device at a time. A second device of the same person may be let in (by the person's own account,
or admitted by staff) and then *claims* the seat after a clear question; claiming revokes the device before.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.actions.entries import record_system
from farward.encounters.actions.locking import locked
from farward.encounters.entries import EVERYONE, DeviceAct, DeviceActName
from farward.encounters.errors import NotAllowed
from farward.encounters.models import CALLED_OFF, Device, Presence, Seat
from farward.journal.types import Refused
from farward.people.models import User
from farward.vault.tokens import hash_token, new_token

LABEL_LENGTH = 60


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat and the device whose cookie opened it.

    Attributes:
        waiting: staff have not let this device in yet.
        rival: another device that holds the seat now; this one must claim the seat before it joins.
    """

    seat: Seat
    device: Device
    rival: Device | None

    @property
    def waiting(self) -> bool:
        return self.device.admitted_at is None


def take_seat(*, user: User, seat: Seat, label: str, held_token: str | None = None) -> tuple[Device, str]:
    """A device for the account that owns the seat; the same one where the browser has it already.

    Returns the device and the value of its cookie. Raises NotAllowed.
    """
    if seat.user_id != user.pk or not user.is_active:
        raise NotAllowed("not_allowed", _("This place in the encounter belongs to somebody else."))
    if seat.removed_at is not None or seat.encounter.status in CALLED_OFF:
        raise NotAllowed("gone", _("You no longer have a place in this encounter."))
    known = find_device(seat.pk, held_token)
    if known is not None and known.admitted_at is not None and held_token is not None:
        return known, held_token
    try:
        with locked(seat.encounter_id):
            return add_device(seat=seat, label=label, admitted=True, user=user)
    except Refused as refused:
        # The content was erased: there is nothing to come back to.
        raise NotAllowed(refused.code, refused.message) from None


def seat_for(seat_id: UUID, cookie_token: str | None) -> HeldSeat | None:
    """The seat that this cookie opens, if it still does. None for anything else, whatever the reason."""
    device = find_device(seat_id, cookie_token)
    if device is None or device.seat.removed_at is not None or device.seat.encounter.status in CALLED_OFF:
        return None
    return HeldSeat(seat=device.seat, device=device, rival=rival_of(device))


def device_is_current(device_id: UUID) -> bool:
    """Whether this device may go on holding its seat: let in, not revoked, and the encounter stands."""
    return (
        Device.objects.filter(pk=device_id, admitted_at__isnull=False, revoked_at=None, seat__removed_at=None)
        .exclude(seat__encounter__status__in=CALLED_OFF)
        .exists()
    )


def holder_of(seat_id: UUID) -> Device | None:
    """The device that holds a seat in which somebody is or was lost.

    Joining ends every other device, so it is the one that was there first: later ones wait, or keep a pack.
    """
    admitted = Device.objects.filter(seat=seat_id, admitted_at__isnull=False, revoked_at=None)
    return admitted.order_by("admitted_at", "created_at").first()


def rival_of(device: Device) -> Device | None:
    """Another device that holds the seat at this moment."""
    if device.seat.presence not in {Presence.JOINED, Presence.LOST}:
        return None
    holder = holder_of(device.seat_id)
    return None if holder is None or holder.pk == device.pk else holder


def claim_seat(*, device_id: UUID) -> None:
    """Hold the seat with this device: every other device of the seat is revoked. Raises NotAllowed."""
    device = Device.objects.select_related("seat").filter(pk=device_id).first()
    if device is None:
        raise NotAllowed("unknown_device", _("This device does not hold a place in this visit."))
    with locked(device.seat.encounter_id):
        if not device_is_current(device_id):
            raise NotAllowed("revoked", _("This device may no longer open this visit."))
        revoke_others(device)


def revoke_others(device: Device) -> None:
    """Take the seat from every other device and record who has it now. Under the encounter's lock."""
    if _others(device).update(revoked_at=timezone.now()):
        # The old page is not this device's: who joins next is a new one.
        Seat.objects.filter(pk=device.seat_id).update(instance=None)
        record_device(device, "took_over")


def add_device(
    *, seat: Seat, label: str, admitted: bool, user: User | None = None, invitation_id: UUID | None = None
) -> tuple[Device, str]:
    """A new device for a seat, let in or waiting. Under the encounter's lock."""
    token, token_hash = new_token()
    device = Device.objects.create(
        seat=seat,
        token_hash=token_hash,
        invitation_id=invitation_id,
        user=user,
        label=(label.strip() or _("A browser"))[:LABEL_LENGTH],
        admitted_at=timezone.now() if admitted else None,
    )
    record_device(device, "admitted" if admitted else "waiting")
    return device, token


def find_device(seat_id: UUID, token: str | None) -> Device | None:
    """The unrevoked device of this seat whose cookie holds this token."""
    if not token:
        return None
    return (
        Device.objects.select_related("seat__encounter__site", "seat__user")
        .filter(seat=seat_id, token_hash=hash_token(token), revoked_at=None)
        .first()
    )


def record_device(device: Device, act: DeviceActName) -> None:
    """Tell everyone what became of a device."""
    record_system(
        encounter_id=device.seat.encounter_id,
        kind="device",
        audience=EVERYONE,
        payload=DeviceAct(seat=device.seat_id, device=device.pk, act=act, label=device.label),
    )


def _others(device: Device) -> QuerySet[Device]:
    return Device.objects.filter(seat=device.seat_id, admitted_at__isnull=False, revoked_at=None).exclude(pk=device.pk)
