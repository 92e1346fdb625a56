"""Voice notes over HTTP: a device puts one in pieces, those of its audience get it."""

from __future__ import annotations

import logging
import re
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from farward.encounters.doors import held_seat, own_seat
from farward.encounters.errors import ActionRefused
from farward.encounters.models import Clip, Seat
from farward.media.wiring import STAFF
from farward.vault.errors import KeyGone, SealBroken

from .actions import Told, keep_clip_piece
from .rules import SPEAKERS, may_hear
from .sounds import EXTENSIONS, PIECE_BYTES
from .storage import load_clip

log = logging.getLogger(__name__)

#: What a refusal is in HTTP. 422, 507 and 503 may end otherwise next time; the rest will not.
STATUSES = {"not_allowed": 403, "too_large": 413, "damaged": 422, "not_a_sound": 415}


@csrf_exempt
@require_http_methods(["PUT"])
def put_piece(request: HttpRequest, seat_id: UUID, clip_id: UUID, number: int) -> HttpResponse:
    """Take one piece and say which is wanted next; null once the clip is whole.

    No CSRF token: the seat's cookie is SameSite, and the headers that PUT needs cannot come from another site's page.
    """
    seat = held_seat(request, seat_id, SPEAKERS)
    try:
        clip = keep_clip_piece(
            seat=seat, clip_id=clip_id, told=_read_told(request), number=number, data=_read_piece(request)
        )
    except ActionRefused as refusal:
        return _refuse(refusal.code, refusal.message, STATUSES.get(refusal.code, 409))
    except KeyGone:
        return _refuse("shredded", _("The content of this visit was erased."), 410)
    except OSError as error:
        log.error("a clip could not be kept: %s", error.strerror)
        return _refuse("no_room", _("The server has no room now. The voice note stays on this device."), 507)
    return JsonResponse({"next": clip.pieces if clip.received_at is None else None})


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
    try:
        data = load_clip(clip)
    except KeyGone:
        return _refuse("shredded", _("The content of this visit was erased."), 410)
    except (FileNotFoundError, SealBroken):
        log.error("clip %s of encounter %s does not open", clip.pk, seat.encounter_id)
        return _refuse("damaged", _("This voice note cannot be opened. Tell support its number."), 500)
    return HttpResponse(
        data,
        content_type=clip.media_type,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="clip.{EXTENSIONS[clip.media_type]}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _read_told(request: HttpRequest) -> Told:
    digest, size = request.headers.get("X-Farward-SHA256", ""), request.headers.get("X-Farward-Size", "")
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not re.fullmatch(r"[0-9]{1,9}", size, re.ASCII):
        raise ActionRefused("damaged", _("The voice note came without its check sum and size."))
    audience = request.headers.get("X-Farward-Audience", "")[:48]
    return Told(size=int(size), sha256=bytes.fromhex(digest), audience=audience)


def _read_piece(request: HttpRequest) -> bytes:
    """The body, never more of it in memory than a piece may have."""
    data: bytes = request.read(PIECE_BYTES + 1)
    if len(data) > PIECE_BYTES:
        raise ActionRefused("too_large", _("This piece of a voice note is larger than it may be."))
    return data


def _refuse(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status, headers={"Cache-Control": "no-store"})
