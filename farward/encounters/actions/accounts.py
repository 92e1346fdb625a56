"""What becomes of an account's places when it signs out or is closed: its devices end with it.

A seat's cookie outlives the session it came by, so ending the session alone would leave the room open in that browser.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.signals import post_save
from django.utils import timezone

from farward.encounters.actions.locking import locked
from farward.encounters.actions.presence import show_out
from farward.encounters.models import Device, Invitation, Seat
from farward.people.models import User
from farward.people.signed_in import session_ended


def connect() -> None:
    """Hear of sessions that end, by signing out or from elsewhere, and of accounts that are closed."""
    session_ended.connect(_on_session_ended, dispatch_uid="farward.encounters.session_ended")
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


def _on_session_ended(sender: object, *, user_id: UUID, devices: list[str], **_: Any) -> None:
    end_devices(Device.objects.filter(pk__in=devices, user=user_id))


def _on_saved(sender: object, *, instance: User, created: bool, **_: Any) -> None:
    if not created and not instance.is_active:
        close_places(instance)
