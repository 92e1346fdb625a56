"""What a still and the asking for one must be true to: a picture that is here, of this seat, for this audience."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.entries import Still, StillAsk
from farward.encounters.handlers import handles
from farward.encounters.models import Capture, Seat
from farward.encounters.throttle import within_limit
from farward.journal.types import Draft, Refused

from .actions import consent_missing
from .rules import SHOWN, stills_allowed

MOST_ASKED_A_MINUTE = 12


@handles("still")
def take_still(seat: Seat, draft: Draft, payload: Still) -> None:
    """The entry follows the bytes, so that no reader is promised a picture that never comes."""
    capture = Capture.objects.filter(pk=payload.capture, seat=seat).first()
    if capture is None:
        raise Refused("capture_missing", _("The picture itself is not here yet."))
    if capture.audience != draft.audience or capture.size != payload.size:
        raise Refused("bad_payload", _("The picture was kept for other readers than this entry names."))
    _check_shown(seat, payload.shows)


@handles("still.ask")
def ask_for_still(seat: Seat, draft: Draft, payload: StillAsk) -> None:
    """A picture is asked for only where it might be kept, and not faster than a person could take one."""
    _check_shown(seat, payload.of)
    if not within_limit("still.ask", str(seat.pk), MOST_ASKED_A_MINUTE):
        raise Refused("too_often", _("You have asked for many pictures. You may ask again in a minute."))


def _check_shown(seat: Seat, shows: UUID) -> None:
    if rules.seat_in(seat.encounter, shows).role not in SHOWN:
        raise Refused("not_the_patient", _("Pictures are kept of the patient only. Nobody else here was asked."))
    if not stills_allowed(seat.encounter):
        refusal = consent_missing()
        raise Refused(refusal.code, refusal.message)
