"""The tus 1.0 protocol for one seat's uploads: core, creation, creation-with-upload, expiration, checksum, termination.

https://tus.io/protocols/resumable-upload. Every PATCH is kept whole or not at all, so that a connection may end at any
byte: HEAD then says where to go on. A piece has at most 1 MiB.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from farward.encounters.doors import held_seat
from farward.encounters.models import Seat
from farward.vault.errors import KeyGone

from . import headers, quotas, storage
from .headers import Refusal
from .rules import RECORDED, why_not
from .sweep import given_up, gives_up_at

VERSION = "1.0.0"
#: What browsers record, and nothing that a browser would run.
TYPES = frozenset({"video/webm", "audio/webm", "video/mp4", "audio/mp4", "audio/ogg"})


@method_decorator(csrf_exempt, name="dispatch")
class Tus(View):
    """What both addresses share. No CSRF token: see `media_http`; no other site's page sends `Tus-Resumable`."""

    http_method_names = ["options", "post", "head", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seat = held_seat(request, kwargs.pop("seat_id"), RECORDED)
        if request.method == "POST":
            # Of the protocol, for networks that let no PATCH through.
            request.method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
        try:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Refusal(412, _("This server speaks tus 1.0.0. Reload the page."))
            response: HttpResponseBase = super().dispatch(request, *args, seat=seat, **kwargs)
        except Refusal as refusal:
            response = _plain(refusal.message, refusal.status)
        except KeyGone:
            response = _plain(_("The content of this visit was erased."), 410)
        except FileNotFoundError:
            # It was ended while this request waited for it.
            response = _plain(_gone(), 410)
        except OSError:
            response = _plain(quotas.no_room(), 507)
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Version"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        told = {
            "Tus-Extension": "creation,creation-with-upload,expiration,checksum,termination",
            "Tus-Checksum-Algorithm": ",".join(headers.SUMS),
            "Tus-Max-Size": str(settings.FARWARD_RECORDING_MEGABYTES * 1_000_000),
            # For aligning recordings: a device learns how far its clock is from ours.
            "X-Farward-Now": str(storage.now_ms()),
        }
        return HttpResponse(status=204, headers=told)


class Uploads(Tus):
    """Where uploads begin."""

    def post(self, request: HttpRequest, seat: Seat) -> HttpResponse:
        _check_consent(seat)
        length = headers.number(request, "Upload-Length")
        metadata = headers.metadata(request)
        kind = metadata.get("filetype", "").split(";")[0]
        if kind not in TYPES:
            raise Refusal(415, _("This is no recording that browsers can play."))
        data = headers.piece(request) if request.headers.get("Content-Type") == headers.PIECE_TYPE else b""
        if len(data) > length:
            raise _too_much()
        upload = storage.Upload(
            id=uuid_utils.compat.uuid7(),
            encounter=seat.encounter_id,
            seat=seat.pk,
            length=length,
            media_type=kind,
            metadata=request.headers["Upload-Metadata"],
            touched=storage.now_ms(),
        )
        with storage.hold_all(seat.encounter_id):
            quotas.check(seat, length)
            storage.begin(upload)
        if data:
            storage.add(upload, data)
        told = {"Location": reverse("seat_upload", args=[seat.pk, upload.id]), "Upload-Offset": str(upload.offset)}
        return HttpResponse(status=201, headers=told | _expires(upload))


class OneUpload(Tus):
    """One upload of the seat."""

    def head(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        upload = _find(seat, upload_id)
        told = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        return HttpResponse(headers=told | {"Upload-Metadata": upload.metadata} | _expires(upload))

    def patch(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        _find(seat, upload_id)
        _check_consent(seat)
        if request.headers.get("Content-Type") != headers.PIECE_TYPE:
            raise Refusal(415, _("A piece of a recording comes as application/offset+octet-stream."))
        offset, data = headers.number(request, "Upload-Offset"), headers.piece(request)
        with storage.hold(seat.encounter_id, upload_id):
            upload = _find(seat, upload_id)
            if offset != upload.offset:
                raise Refusal(409, _("The server goes on at another byte. Ask it where."))
            if offset + len(data) > upload.length:
                raise _too_much()
            if data:
                quotas.check_disk(len(data))
                upload.touched = storage.now_ms()
                storage.add(upload, data)
        return HttpResponse(status=204, headers={"Upload-Offset": str(upload.offset)} | _expires(upload))

    def delete(self, request: HttpRequest, seat: Seat, upload_id: UUID) -> HttpResponse:
        _find(seat, upload_id)
        with storage.hold(seat.encounter_id, upload_id):
            upload = _find(seat, upload_id)
            if upload.whole:
                raise Refusal(403, _("This recording is whole and belongs to the visit."))
            storage.drop(upload)
        return HttpResponse(status=204)


def _find(seat: Seat, upload_id: UUID) -> storage.Upload:
    """The seat's own upload; another's is as if it were not there."""
    upload = storage.find(seat.encounter_id, upload_id)
    if upload is not None and upload.seat == seat.pk and not given_up(upload, storage.now_ms()):
        return upload
    # An id carries when it was made: one that old was given up, if it ever was.
    if (upload is not None and upload.seat == seat.pk) or gives_up_at(upload_id.int >> 80) < storage.now_ms():
        raise Refusal(410, _gone())
    raise Http404


def _check_consent(seat: Seat) -> None:
    missing = why_not(seat)
    if missing:
        raise Refusal(403, missing)


def _gone() -> str:
    return _("This upload was given up. It begins again.")


def _too_much() -> Refusal:
    return Refusal(413, _("This is more than was announced."))


def _plain(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


def _expires(upload: storage.Upload) -> dict[str, str]:
    return {} if upload.whole else {"Upload-Expires": http_date(gives_up_at(upload.touched) / 1000)}
