"""Recordings for those who look back at a visit, in ranges, so that a player can seek."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from farward.encounters.doors import own_seat
from farward.encounters.media_http import HARMLESS
from farward.vault.errors import KeyGone, SealBroken

from . import storage
from .queries import recordings_of
from .rules import VIEWERS, agreed_authors

log = logging.getLogger(__name__)

#: One answer holds at most this much; a player asks again for the rest.
MOST = 4 * 1024 * 1024


@require_GET
@login_required
def play(request: HttpRequest, encounter_id: UUID, upload_id: UUID) -> HttpResponseBase:
    """A recording, or the range of it that is asked for. Every look is in the log."""
    seat = own_seat(request, encounter_id, VIEWERS)
    if not agreed_authors(seat.encounter):
        return _refuse(_("Not everyone has agreed that this visit is recorded."), 403)
    if upload_id not in {recording.upload for recording in recordings_of(seat)}:
        raise Http404
    try:
        upload = storage.find(seat.encounter_id, upload_id)
        if upload is None or not upload.whole:
            return _refuse(_("This recording is not kept any more."), 410)
        answer = _answer(upload, request.headers.get("Range", ""))
    except KeyGone:
        return _refuse(_("The content of this visit was erased."), 410)
    except (FileNotFoundError, SealBroken):
        log.error("recording %s of encounter %s does not open", upload_id, seat.encounter_id)
        return _refuse(_("This recording cannot be opened. Tell support which visit it belongs to."), 500)
    log.info("recording %s of encounter %s was opened by seat %s", upload_id, seat.encounter_id, seat.pk)
    return answer


def _answer(upload: storage.Upload, wanted: str) -> HttpResponseBase:
    headers = HARMLESS | {"Accept-Ranges": "bytes", "Content-Disposition": 'inline; filename="recording"'}
    asked = re.fullmatch(r"bytes=(\d{1,15})-(\d{0,15})", wanted, re.ASCII)
    if asked is None:
        headers["Content-Length"] = str(upload.length)
        return StreamingHttpResponse(_parts(upload), content_type=upload.media_type, headers=headers)
    start = int(asked[1])
    last = min(int(asked[2]) if asked[2] else upload.length - 1, upload.length - 1, start + MOST - 1)
    if start > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{upload.length}"})
    headers["Content-Range"] = f"bytes {start}-{last}/{upload.length}"
    data = b"".join(storage.read(upload, start, last + 1))
    return HttpResponse(data, status=206, content_type=upload.media_type, headers=headers)


async def _parts(upload: storage.Upload) -> AsyncIterator[bytes]:
    """One piece after the other. Of a plain iterator the server would first gather all in memory."""
    parts = storage.read(upload, 0, upload.length)
    while part := await sync_to_async(lambda: next(parts, b""))():
        yield part


def _refuse(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
