"""What entries about recordings must be true to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from farward.encounters.entries import RecordingStarted, RecordingUploaded
from farward.encounters.handlers import handles
from farward.encounters.models import Seat
from farward.journal.types import Draft, Refused

from . import storage
from .rules import recording_allowed


@handles("recording.started")
def start_recording(seat: Seat, draft: Draft, payload: RecordingStarted) -> None:
    """Nobody is told of a recording that may not be."""
    _check_consent(seat)


@handles("recording.uploaded")
def take_recording(seat: Seat, draft: Draft, payload: RecordingUploaded) -> None:
    """The entry follows the bytes."""
    _check_consent(seat)
    upload = storage.find(seat.encounter_id, payload.upload)
    if upload is None or upload.seat != seat.pk or not upload.whole or upload.length != payload.size:
        raise Refused("recording_missing", _("The recording itself is not here yet."))


def _check_consent(seat: Seat) -> None:
    if not recording_allowed(seat.encounter):
        raise Refused("consent_missing", _("The patient has not agreed that this visit is recorded."))
