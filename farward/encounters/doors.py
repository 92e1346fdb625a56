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
from farward.people import signed_in
from farward.people.access import current_user

from .access.agents import family_of
from .access.shown import came_by
from .actions.devices import HeldSeat, seat_for
from .actions.entries import append_from_seat
from .models import CALLED_OFF, Device, Seat

#: The cookie that holds a seat; its path is the seat's own, so each seat has another one.
SEAT_COOKIE = "seat"
#: The longest way from a link's first opening to the end of its encounter, which by messages may be open for 14 days.
SEAT_COOKIE_AGE = 16 * 24 * 3600


def seat_by_cookie(request: HttpRequest, seat_id: UUID) -> HeldSeat | None:
    """The seat whose cookie came along, let in or waiting. None where it opens nothing, or nothing for who asks.

    A colleague who signs in after somebody else on the same computer finds that one's cookie there, which outlives
    the session it came by: an account's seat opens for that account alone, signed in and in good standing.
    """
    held = seat_for(seat_id, request.COOKIES.get(SEAT_COOKIE))
    if held is not None and held.seat.user_id is not None:
        # A device that came by the account goes with it; one that staff let in by hand needs no session of its own.
        allowed = {held.seat.user_id} if held.device.user_id is not None else {held.seat.user_id, None}
        held = held if request.user.pk in allowed else None
    if held is not None:
        came_by(request, held.seat)
    return held


def must_sign_in(request: HttpRequest, seat_id: UUID) -> bool:
    """Whether all that is missing here is that the seat's account signs in again."""
    held = seat_for(seat_id, request.COOKIES.get(SEAT_COOKIE)) if request.user.pk is None else None
    return held is not None and held.device.user_id is not None


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
    signed_in.note_device(request, str(device.pk))


def browser_name(request: HttpRequest) -> str:
    """What to call this browser when somebody is asked about it, such as "Firefox on Android"."""
    browser, system = family_of(request.headers.get("User-Agent", ""))
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
    came_by(request, seat)
    return seat


def write_entry(*, seat: Seat, kind: str, audience: str, payload: msgspec.Struct) -> None:
    """Append one entry as this seat, by the same rules as from its device. Raises Refused."""
    draft = new_draft(kind=kind, audience=audience, payload=payload)
    result = append_from_seat(seat_id=seat.pk, items=[msgspec.Raw(msgspec.json.encode(draft))])
    for refusal in result.refused:
        raise Refused(refusal.code, refusal.message)
