"""How much of recordings is kept: for one seat, for one encounter, and as much as the disk can spare."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from farward.encounters.models import Seat

from . import storage
from .headers import Refusal
from .sweep import given_up

MEGABYTE = 1_000_000
#: One seat has at most this many uploads for one encounter: each phase makes one, and a lost page another.
MOST_UPLOADS = 200


def check(seat: Seat, length: int) -> None:
    """Whether the seat may announce so many bytes more. Raises Refusal."""
    there = [upload for upload in storage.uploads_of(seat.encounter_id) if not given_up(upload, storage.now_ms())]
    own = [upload for upload in there if upload.seat == seat.pk]
    if length + _bytes(own) > settings.FARWARD_RECORDING_MEGABYTES * MEGABYTE or len(own) >= MOST_UPLOADS:
        raise Refusal(413, _("Your recordings of this visit have no more room. This one stays on this device."))
    if length + _bytes(there) > settings.FARWARD_RECORDING_VISIT_MEGABYTES * MEGABYTE:
        raise Refusal(413, _("The recordings of this visit have no more room. This one stays on this device."))
    check_disk(length)


def check_disk(length: int) -> None:
    """Whether the disk can spare so many bytes now. Raises Refusal.

    Asked again with every piece: of what many have announced, not all fits, and much may have come since.
    """
    # Recordings are the first to wait: the journal needs the disk more.
    if storage.free_bytes() - length < settings.FARWARD_DISK_RESERVE_MEGABYTES * MEGABYTE:
        raise Refusal(507, no_room())


def no_room() -> str:
    """What a device is told while the disk can spare nothing."""
    return _("The server has no room now. The recording stays on this device.")


def _bytes(uploads: list[storage.Upload]) -> int:
    return sum(upload.length for upload in uploads)
