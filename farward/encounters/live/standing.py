"""Who holds a seat, and whether they still do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from farward.encounters.actions.devices import seat_for
from farward.encounters.live.frames import ByeCode
from farward.encounters.models import CALLED_OFF, Device, Status
from farward.encounters.rules import reader_of
from farward.journal.types import Reader
from farward.people.signed_in import account_of
from farward.privacy.accesses import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class Holder:
    """A seat and the device whose cookie opens it: who the other end of a connection is."""

    seat_id: UUID
    encounter_id: UUID
    device_id: UUID
    reader: Reader
    instance: UUID | None
    #: The session by which an account holds the seat; empty for who came by a link.
    login: str = ""
    origin: Origin = NOWHERE


def find_holder(seat_id: UUID, cookie: str, login: str = "", origin: Origin = NOWHERE) -> Holder | None:
    """Who this cookie belongs to. None where it opens nothing, or staff have not let the device in yet.

    `login` is the key of the session that came along. A device that came by an account opens nothing without it.
    """
    held = seat_for(seat_id, cookie)
    if held is None or held.waiting:
        return None
    by_account = held.device.user_id is not None
    if by_account and not _is_signed_in(held.device, login):
        return None
    seat, login = held.seat, login if by_account else ""
    return Holder(seat.pk, seat.encounter_id, held.device.pk, reader_of(seat), seat.instance, login, origin)


def _is_signed_in(device: Device, login: str) -> bool:
    account = account_of(login) if login else None
    return account is not None and account.pk == device.user_id == device.seat.user_id


def still_current(device_ids: Collection[UUID]) -> set[UUID]:
    """Those of the devices that were not ended, and whose account, if they have one, is open."""
    current = Device.objects.filter(pk__in=device_ids, revoked_at=None).exclude(seat__user__is_active=False)
    return set(current.values_list("pk", flat=True))


def why_gone(seat_id: UUID, device_id: UUID, instance: UUID) -> ByeCode | None:
    """The reason why this page must be cut off. None while it holds the seat."""
    device = Device.objects.select_related("seat__encounter").filter(id=device_id, seat_id=seat_id).first()
    if device is None:
        return ByeCode.GONE
    return _why_encounter_ended(device) or _why_device_ended(device) or _why_page_ended(device, instance)


def _why_encounter_ended(device: Device) -> ByeCode | None:
    if device.seat.encounter.status in CALLED_OFF:
        return ByeCode.CANCELLED
    return ByeCode.REMOVED if device.seat.removed_at is not None else None


def _why_device_ended(device: Device) -> ByeCode | None:
    if device.revoked_at is None:
        return ByeCode.GONE if device.admitted_at is None else None
    others = Device.objects.filter(seat_id=device.seat_id, revoked_at=None, admitted_at__isnull=False)
    return ByeCode.TAKEN_OVER if others.exists() else ByeCode.REVOKED


def _why_page_ended(device: Device, instance: UUID) -> ByeCode | None:
    # Nobody joins a closed encounter, so its seats keep the pages of before.
    if device.seat.encounter.status == Status.CLOSED or device.seat.instance in {None, instance}:
        return None
    return ByeCode.TAKEN_OVER
