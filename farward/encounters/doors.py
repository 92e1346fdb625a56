"""The two ways a request comes to a seat, by its cookie or by the account that owns it, and writing from there.

Whoever may not come in gets 404: nothing is learned of an encounter that is not one's own.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from farward.journal.intake import new_draft
from farward.journal.types import Refused
from farward.people.access import current_user

from .actions.accounts import DEVICES
from .actions.devices import HeldSeat, seat_for
from .actions.entries import append_from_seat
from .models import CALLED_OFF, Device, Seat

#: The cookie that holds a seat; its path is the seat's own, so each seat has another one.
SEAT_COOKIE = "seat"
#: The longest way from a link's first opening to the end of its encounter, which by messages may be open for 14 days.
SEAT_COOKIE_AGE = 16 * 24 * 3600
#: How many devices a session remembers.
MOST_DEVICES = 50

# The first mark found counts: Edge calls itself Chrome too, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def seat_by_cookie(request: HttpRequest, seat_id: UUID) -> HeldSeat | None:
    """The seat whose cookie came along, let in or waiting. None where it opens nothing, or nothing for who asks.

    A colleague who signs in after somebody else on the same computer finds that one's cookie there, which outlives
    the session it came by: an account's seat opens for no other account.
    """
    held = seat_for(seat_id, request.COOKIES.get(SEAT_COOKIE))
    if held is not None and held.seat.user_id is not None:
        signed_in = request.user.pk
        return held if signed_in in {None, held.seat.user_id} else None
    return held


def held_seat(request: HttpRequest, seat_id: UUID, roles: Collection[str]) -> Seat:
    """The seat whose cookie came along, let in, and of one of these roles. Raises Http404."""
    held = seat_by_cookie(request, seat_id)
    if held is None or held.waiting or held.seat.role not in roles:
        raise Http404
    return held.seat


def set_seat_cookie(response: HttpResponse, seat_id: UUID, token: str) -> None:
    """Let this browser hold the seat: a cookie that goes along with the seat's own addresses and with no other."""
    response.set_cookie(
        SEAT_COOKIE,
        token,
        max_age=SEAT_COOKIE_AGE,
        path=f"/s/{seat_id}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def remember_device(request: HttpRequest, device: Device) -> None:
    """Note in the account's session that this device came by it, so that signing out ends the device too."""
    known = [each for each in request.session.get(DEVICES, []) if each != str(device.pk)]
    request.session[DEVICES] = [*known, str(device.pk)][-MOST_DEVICES:]


def browser_name(request: HttpRequest) -> str:
    """What to call this browser when somebody is asked about it, such as "Firefox on Android"."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system


def own_seat(request: HttpRequest, encounter_id: UUID, roles: Collection[str]) -> Seat:
    """The seat that the signed-in account has in this encounter, of one of these roles. Raises Http404."""
    seat = (
        Seat.objects.select_related("encounter__site", "user")
        .filter(encounter=encounter_id, user=current_user(request), role__in=roles, removed_at=None)
        .exclude(encounter__status__in=CALLED_OFF)
        .first()
    )
    if seat is None:
        raise Http404
    return seat


def write_entry(*, seat: Seat, kind: str, audience: str, payload: msgspec.Struct) -> None:
    """Append one entry as this seat, by the same rules as from its device. Raises Refused."""
    draft = new_draft(kind=kind, audience=audience, payload=payload)
    result = append_from_seat(seat_id=seat.pk, items=[msgspec.Raw(msgspec.json.encode(draft))])
    for refusal in result.refused:
        raise Refused(refusal.code, refusal.message)
