"""What entries about recordings must be true to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from farward.encounters.entries import CARE, RecordingStarted, RecordingUploaded
from farward.encounters.handlers import handles
from farward.encounters.models import Seat
from farward.journal.types import Draft, Refused
from farward.media.wiring import PATIENT_SIDE

from . import storage
from .queries import apart_at, start_of
from .rules import why_not


@handles("recording.started")
def start_recording(seat: Seat, draft: Draft, payload: RecordingStarted) -> None:
    """Nobody is told of a recording that may not be. Apart from the patient's side, it is of staff and for staff."""
    _check_consent(seat)
    if not apart_at(seat.encounter, payload.started, payload.within):
        return
    if seat.role in PATIENT_SIDE:
        raise Refused("held", _("While the team talks among themselves, your device records nothing."))
    if draft.audience != CARE:
        raise Refused("not_allowed", _("What is recorded apart from the patient is for learner and preceptor alone."))


@handles("recording.uploaded")
def take_recording(seat: Seat, draft: Draft, payload: RecordingUploaded) -> None:
    """The entry follows the bytes, for the same readers as its beginning."""
    _check_consent(seat)
    upload = storage.find(seat.encounter_id, payload.upload)
    if upload is None or upload.seat != seat.pk or not upload.whole or upload.length != payload.size:
        raise Refused("recording_missing", _("The recording itself is not here yet."))
    start = start_of(seat, payload.recording)
    if start is None or start.audience != draft.audience:
        raise Refused("recording_unknown", _("This recording was never begun for these readers."))


def _check_consent(seat: Seat) -> None:
    missing = why_not(seat)
    if missing:
        raise Refused("consent_missing", missing)
