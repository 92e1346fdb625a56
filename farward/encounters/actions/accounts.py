"""What becomes of an account's places when it signs out or is closed: its devices end with it.

A seat's cookie outlives the session it came by, so ending the session alone would leave the room open in that browser.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models import Q, QuerySet
from django.db.models.signals import post_save
from django.http import HttpRequest
from django.utils import timezone

from farward.encounters.actions.locking import locked
from farward.encounters.actions.presence import show_out
from farward.encounters.models import Device, Invitation, Seat
from farward.people.models import User

#: Where an account's session keeps the ids of the devices that came by it.
DEVICES = "devices"


def connect() -> None:
    """Hear of accounts that sign out or are closed."""
    user_logged_out.connect(_on_signed_out, dispatch_uid="farward.encounters.signed_out")
    post_save.connect(_on_saved, sender=User, dispatch_uid="farward.encounters.account_saved")


def end_devices(devices: QuerySet[Device]) -> None:
    """End these devices, each under its encounter's lock."""
    for seat in Seat.objects.filter(devices__in=devices.filter(revoked_at=None)).distinct():
        with locked(seat.encounter_id):
            show_out(seat, devices)


def close_places(user: User) -> None:
    """End every device and link of the seats that a closed account has."""
    Invitation.objects.filter(seat__user=user, revoked_at=None).update(revoked_at=timezone.now())
    end_devices(Device.objects.filter(Q(seat__user=user) | Q(user=user)))


def _on_signed_out(sender: object, *, request: HttpRequest | None, user: object, **_: Any) -> None:
    session = getattr(request, "session", None)
    if session is not None and isinstance(user, User):
        end_devices(Device.objects.filter(pk__in=session.get(DEVICES, []), user=user))


def _on_saved(sender: object, *, instance: User, created: bool, **_: Any) -> None:
    if not created and not instance.is_active:
        close_places(instance)
