"""Voice notes over HTTP: a device puts one in pieces, those of its audience get it."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from farward.encounters.doors import held_seat, own_seat
from farward.encounters.media_http import Told, show, take_piece
from farward.encounters.models import Clip, Seat
from farward.media.wiring import STAFF

from .actions import keep_clip_piece
from .rules import SPEAKERS, may_hear
from .sounds import EXTENSIONS, PIECE_BYTES
from .storage import load_clip


@csrf_exempt
@require_http_methods(["PUT"])
def put_piece(request: HttpRequest, seat_id: UUID, clip_id: UUID, number: int) -> HttpResponse:
    """Take one piece and say which is wanted next; null once the clip is whole."""
    seat = held_seat(request, seat_id, SPEAKERS)

    def keep(told: Told, data: bytes) -> int | None:
        clip = keep_clip_piece(seat=seat, clip_id=clip_id, told=told, number=number, data=data)
        return clip.pieces if clip.received_at is None else None

    return take_piece(request, keep, most=PIECE_BYTES, statuses={"not_a_sound": 415})


@require_GET
def seat_clip(request: HttpRequest, seat_id: UUID, clip_id: UUID) -> HttpResponse:
    """A voice note for the device that holds a seat."""
    return _play(held_seat(request, seat_id, SPEAKERS), clip_id)


@require_GET
@login_required
def account_clip(request: HttpRequest, encounter_id: UUID, clip_id: UUID) -> HttpResponse:
    """A voice note for an account that has a seat in the encounter."""
    return _play(own_seat(request, encounter_id, STAFF), clip_id)


def _play(seat: Seat, clip_id: UUID) -> HttpResponse:
    clip = Clip.objects.filter(pk=clip_id, encounter=seat.encounter_id, received_at__isnull=False).first()
    if clip is None or not may_hear(seat, clip):
        raise Http404
    return show(
        lambda: load_clip(clip),
        media_type=clip.media_type,
        filename=f"clip.{EXTENSIONS[clip.media_type]}",
        what=f"clip {clip.pk} of encounter {seat.encounter_id}",
    )
