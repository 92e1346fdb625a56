"""Stills over HTTP: a device puts one in pieces, those of its audience get it."""

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
from farward.encounters.models import Capture, Seat
from farward.media.wiring import STAFF
from farward.vault.errors import KeyGone, SealBroken

from .actions import Told, consent_missing, keep_still_piece
from .pictures import EXTENSIONS
from .rules import VIEWERS, may_view, stills_allowed
from .storage import load_file

log = logging.getLogger(__name__)

#: The largest piece that is taken at once; devices send smaller ones where voice shares the link.
MAX_PIECE_BYTES = 128 * 1024

#: What a refusal is in HTTP. 409 and 422 will be the same next time; 507 and 503 may not.
STATUSES = {"not_allowed": 403, "consent_missing": 403, "too_large": 413, "damaged": 422, "not_a_picture": 415}


@csrf_exempt
@require_http_methods(["PUT"])
def put_piece(request: HttpRequest, seat_id: UUID, capture_id: UUID, offset: int) -> HttpResponse:
    """Take one piece of a still and say where the next one belongs; null once it is whole.

    No CSRF token: the seat's cookie is SameSite, and the headers that PUT needs cannot come from another site's page.
    """
    seat = held_seat(request, seat_id, VIEWERS)
    try:
        data = _read_piece(request)
        here = keep_still_piece(seat=seat, capture_id=capture_id, told=_read_told(request), offset=offset, data=data)
    except ActionRefused as refusal:
        return _refuse(refusal.code, refusal.message, STATUSES.get(refusal.code, 409))
    except KeyGone:
        return _refuse("shredded", _("The content of this visit was erased."), 410)
    except OSError as error:
        log.error("a piece of a still could not be kept: %s", error.strerror)
        return _refuse("no_room", _("The server has no room now. The picture stays on this device."), 507)
    return JsonResponse({"next": here})


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
        return _refuse("consent_missing", consent_missing().message, 403)
    try:
        data = load_file(encounter_id=seat.encounter_id, capture_id=capture.pk, sha256=bytes(capture.sha256))
    except KeyGone:
        return _refuse("shredded", _("The content of this visit was erased."), 410)
    except (FileNotFoundError, SealBroken):
        log.error("still %s of encounter %s does not open", capture.pk, seat.encounter_id)
        return _refuse("damaged", _("This picture cannot be opened. Tell support its number."), 500)
    return HttpResponse(
        data,
        content_type=capture.media_type,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="still.{EXTENSIONS[capture.media_type]}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _read_told(request: HttpRequest) -> Told:
    digest, size = request.headers.get("X-Farward-SHA256", ""), request.headers.get("X-Farward-Size", "")
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not re.fullmatch(r"[0-9]{1,9}", size, re.ASCII):
        raise ActionRefused("damaged", _("The picture came without its check sum and size."))
    audience = request.headers.get("X-Farward-Audience", "")[:48]
    return Told(size=int(size), sha256=bytes.fromhex(digest), audience=audience)


def _read_piece(request: HttpRequest) -> bytes:
    """The body, never more of it in memory than a piece may have."""
    data: bytes = request.read(MAX_PIECE_BYTES + 1)
    if len(data) > MAX_PIECE_BYTES:
        raise ActionRefused("too_large", _("This piece of a picture is larger than it may be."))
    return data


def _refuse(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status, headers={"Cache-Control": "no-store"})
