"""Stills over HTTP: a device puts one in pieces, those of its audience get it."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from farward.encounters.doors import held_seat, own_seat
from farward.encounters.media_http import STATUSES, Told, refuse, show, take_piece
from farward.encounters.models import Capture, Seat
from farward.media.wiring import STAFF

from .actions import consent_missing, keep_still_piece
from .pictures import EXTENSIONS
from .rules import VIEWERS, may_view, stills_allowed
from .storage import load_file

#: The largest piece that is taken at once; devices send smaller ones where voice shares the link.
MAX_PIECE_BYTES = 128 * 1024


@csrf_exempt
@require_http_methods(["PUT"])
def put_piece(request: HttpRequest, seat_id: UUID, capture_id: UUID, offset: int) -> HttpResponse:
    """Take one piece of a still and say where the next one belongs; null once it is whole."""
    seat = held_seat(request, seat_id, VIEWERS)

    def keep(told: Told, data: bytes) -> int | None:
        return keep_still_piece(seat=seat, capture_id=capture_id, told=told, offset=offset, data=data)

    return take_piece(request, keep, most=MAX_PIECE_BYTES, statuses={"not_a_picture": 415})


@require_GET
def seat_capture(request: HttpRequest, seat_id: UUID, capture_id: UUID) -> HttpResponse:
    """A still for the device that holds a seat."""
    return _show(held_seat(request, seat_id, VIEWERS), capture_id)


@require_GET
@login_required
def account_capture(request: HttpRequest, encounter_id: UUID, capture_id: UUID) -> HttpResponse:
    """A still for an account that has a seat in the encounter."""
    return _show(own_seat(request, encounter_id, STAFF), capture_id)


def _show(seat: Seat, capture_id: UUID) -> HttpResponse:
    capture = Capture.objects.filter(pk=capture_id, encounter=seat.encounter_id).first()
    if capture is None or not may_view(seat, capture):
        raise Http404
    if not stills_allowed(seat.encounter):
        refusal = consent_missing()
        return refuse(refusal.code, refusal.message, STATUSES[refusal.code])
    return show(
        lambda: load_file(encounter_id=seat.encounter_id, capture_id=capture.pk, sha256=bytes(capture.sha256)),
        media_type=capture.media_type,
        filename=f"still.{EXTENSIONS[capture.media_type]}",
        what=f"still {capture.pk} of encounter {seat.encounter_id}",
    )
