"""The tus 1.0 protocol for one seat's uploads: core, creation, expiration, checksum and termination.

https://tus.io/protocols/resumable-upload. Every PATCH is kept whole or not at all, so that a connection may end at any
byte: HEAD then says where to go on. A piece has at most 1 MiB.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from farward.encounters.doors import held_seat
from farward.encounters.models import Seat
from farward.vault.errors import KeyGone

from . import storage
from .rules import RECORDED, recording_allowed

VERSION = "1.0.0"
MAX_PIECE = 1024 * 1024
#: What browsers record, and nothing that a browser would run.
TYPES = frozenset({"video/webm", "audio/webm", "video/mp4", "audio/mp4", "audio/ogg"})
#: An upload that nothing was added to for this long is given up.
LIFETIME_MS = 7 * 24 * 3600 * 1000
#: Checksum Mismatch, of the protocol's own.
MISMATCH = 460


class Refusal(Exception):
    """The request is not carried out, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def now_ms() -> int:
    """The server's clock."""
    return time.time_ns() // 1_000_000


@method_decorator(csrf_exempt, name="dispatch")
class Tus(View):
    """What both addresses share. No CSRF token: see `captures.views`; `Tus-Resumable` comes from no other site's page."""

    http_method_names = ["options", "post", "head", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seat = held_seat(request, kwargs.pop("seat_id"), RECORDED)
        try:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Refusal(412, _("This server speaks tus 1.0.0. Reload the page."))
            response: HttpResponse = super().dispatch(request, *args, seat=seat, **kwargs)
        except Refusal as refusal:
            response = HttpResponse(refusal.message, status=refusal.status, content_type="text/plain; charset=utf-8")
        except KeyGone:
            response = HttpResponse(_("The content of this visit was erased."), status=410, content_type="text/plain")
        except OSError:
            message = _("The server has no room now. The recording stays on this device.")
            response = HttpResponse(message, status=507, content_type="text/plain; charset=utf-8")
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Version"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        headers = {
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Checksum-Algorithm": "sha1,sha256",
            "Tus-Max-Size": str(settings.FARWARD_RECORDING_MEGABYTES * 1_000_000),
            # For aligning recordings: a device learns how far its clock is from ours.
            "X-Farward-Now": str(now_ms()),
        }
        return HttpResponse(status=204, headers=headers)


class Uploads(Tus):
    """Where uploads begin."""

    def post(self, request: HttpRequest, seat: Seat) -> HttpResponse:
        _check_consent(seat)
        length = _number(request, "Upload-Length")
        kind = _metadata(request).get("filetype", "").split(";")[0]
        if kind not in TYPES:
            raise Refusal(415, _("This is no recording that browsers can play."))
        # What is expired goes before what is new is counted.
        own = [upload for upload in _sweep(seat.encounter_id) if upload.seat == seat.pk]
        if length + sum(upload.length for upload in own) > settings.FARWARD_RECORDING_MEGABYTES * 1_000_000:
            raise Refusal(413, _("The recordings of one place in a visit are full. This one stays on this device."))
        upload = storage.Upload(
            id=uuid_utils.compat.uuid7(),
            encounter=seat.encounter_id,
            seat=seat.pk,
            length=length,
            media_type=kind,
            expires=now_ms() + LIFETIME_MS,
        )
        storage.begin(upload)
        headers = {"Location": reverse("seat_upload", args=[seat.pk, upload.id])}
        return HttpResponse(status=201, headers=headers | _expires(upload))


class OneUpload(Tus):
    """One upload of the seat."""

    def head(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        upload = _find(seat, upload_id)
        headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        return HttpResponse(status=200, headers=headers | _expires(upload))

    def patch(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        _check_consent(seat)
        if request.headers.get("Content-Type") != "application/offset+octet-stream":
            raise Refusal(415, _("A piece of a recording comes as application/offset+octet-stream."))
        offset, data = _number(request, "Upload-Offset"), _read_piece(request)
        _check_sum(request, data)
        _find(seat, upload_id)
        with storage.hold(seat.encounter_id, upload_id):
            upload = _find(seat, upload_id)
            if offset != upload.offset:
                raise Refusal(409, _("The server goes on at another byte. Ask it where."))
            if offset + len(data) > upload.length:
                raise Refusal(413, _("This is more than was announced."))
            if data:
                upload.expires = now_ms() + LIFETIME_MS
                storage.add(upload, data)
        return HttpResponse(status=204, headers={"Upload-Offset": str(upload.offset)} | _expires(upload))

    def delete(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        upload = _find(seat, upload_id)
        if upload.whole:
            raise Refusal(403, _("This recording is whole and belongs to the visit."))
        storage.drop(upload)
        return HttpResponse(status=204)


def _find(seat: Seat, upload_id: UUID) -> storage.Upload:
    """The seat's own upload; another's is as if it were not there."""
    upload = storage.find(seat.encounter_id, upload_id)
    if upload is None or upload.seat != seat.pk:
        raise Http404
    if not upload.whole and upload.expires < now_ms():
        storage.drop(upload)
        raise Refusal(410, _("This upload was given up. It begins again."))
    return upload


def _sweep(encounter: UUID) -> list[storage.Upload]:
    """Drop what has expired; the others."""
    kept = []
    for upload in storage.uploads_of(encounter):
        if not upload.whole and upload.expires < now_ms():
            storage.drop(upload)
        else:
            kept.append(upload)
    return kept


def _check_consent(seat: Seat) -> None:
    if not recording_allowed(seat.encounter):
        raise Refusal(403, _("The patient has not agreed that this visit is recorded."))


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(400, _("%(header)s must be a number.") % {"header": name})
    return int(text)


def _metadata(request: HttpRequest) -> dict[str, str]:
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise Refusal(400, _("Upload-Metadata must be pairs of a name and base64.")) from None
    return found


def _read_piece(request: HttpRequest) -> bytes:
    data: bytes = request.read(MAX_PIECE + 1)
    if len(data) > MAX_PIECE:
        raise Refusal(413, _("A piece of a recording has at most 1 MiB."))
    return data


def _check_sum(request: HttpRequest, data: bytes) -> None:
    told = request.headers.get("Upload-Checksum")
    if told is None:
        return
    name, _space, value = told.partition(" ")
    if name not in {"sha1", "sha256"}:
        raise Refusal(400, _("The check sum must be sha1 or sha256."))
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Refusal(400, _("The check sum must be base64.")) from None
    if not hmac.compare_digest(hashlib.new(name, data, usedforsecurity=False).digest(), digest):
        raise Refusal(MISMATCH, _("This piece arrived damaged. It will be sent again."))


def _expires(upload: storage.Upload) -> dict[str, str]:
    return {} if upload.whole else {"Upload-Expires": http_date(upload.expires / 1000)}
