"""Pictures, voice notes and recordings over HTTP: taking one in piece by piece, and handing out what is kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from farward.vault.errors import KeyGone, SealBroken

from .errors import ActionRefused

log = logging.getLogger(__name__)

#: What a refusal is in HTTP; any other is a conflict. Devices try again after 422, 503 and 507, and show the rest.
STATUSES = {"not_allowed": 403, "consent_missing": 403, "too_large": 413, "damaged": 422}
CONFLICT = 409

#: For what people have made themselves: the browser takes it for what it is said to be, and runs nothing in it.
HARMLESS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says of the whole with every piece of it."""

    size: int
    sha256: bytes
    audience: str


def take_piece(
    request: HttpRequest,
    keep: Callable[[Told, bytes], int | None],
    *,
    most: int,
    statuses: dict[str, int],
) -> JsonResponse:
    """Take a piece of at most so many bytes by `keep`, which says which is wanted next, None once the whole is here.

    Views that use it need no CSRF token: the seat's cookie is SameSite, and the headers that such a PUT needs cannot
    come from another site's page.
    """
    try:
        following = keep(_read_told(request), _read_piece(request, most))
    except ActionRefused as refusal:
        return refuse(refusal.code, refusal.message, (STATUSES | statuses).get(refusal.code, CONFLICT))
    except KeyGone:
        return _erased()
    except OSError as error:
        log.error("a piece could not be kept: %s", error.strerror)
        return refuse("no_room", _("The server has no room now. This stays on your device and is sent later."), 507)
    return JsonResponse({"next": following})


def show(load: Callable[[], bytes], *, media_type: str, filename: str, what: str) -> HttpResponse:
    """What `load` opens, or why it does not open; `what` names it in the log."""
    try:
        data = load()
    except KeyGone:
        return _erased()
    except (FileNotFoundError, SealBroken):
        log.error("%s does not open", what)
        return refuse("damaged", _("This cannot be opened any more. Tell support which visit it belongs to."), 500)
    return HttpResponse(
        data, content_type=media_type, headers=HARMLESS | {"Content-Disposition": f'inline; filename="{filename}"'}
    )


def refuse(code: str, message: str, status: int) -> JsonResponse:
    """A refusal that the page can show."""
    return JsonResponse({"code": code, "message": message}, status=status, headers={"Cache-Control": "no-store"})


def _erased() -> JsonResponse:
    return refuse("shredded", _("The content of this visit was erased."), 410)


def _read_told(request: HttpRequest) -> Told:
    digest, size = request.headers.get("X-Farward-SHA256", ""), request.headers.get("X-Farward-Size", "")
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not re.fullmatch(r"[0-9]{1,9}", size, re.ASCII):
        raise ActionRefused("damaged", _("This came without its check sum and size. It will be sent again."))
    audience = request.headers.get("X-Farward-Audience", "")[:48]
    return Told(size=int(size), sha256=bytes.fromhex(digest), audience=audience)


def _read_piece(request: HttpRequest, most: int) -> bytes:
    """The body, never more of it in memory than a piece may have."""
    data: bytes = request.read(most + 1)
    if len(data) > most:
        raise ActionRefused("too_large", _("This piece is larger than it may be. Reload the page and try again."))
    return data
