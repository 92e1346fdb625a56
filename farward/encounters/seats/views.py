"""The pages that a seat's device opens. The device's cookie is the only credential, and its path is the seat's."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from farward.assets.scripts import scripts_of
from farward.encounters.actions.devices import HeldSeat, claim_seat
from farward.encounters.actions.presence import AFTER_CLOSE, OPENS_BEFORE, leave_seat
from farward.encounters.connection.queries import numbers_for, price_at, weight_of
from farward.encounters.connection.sparing import saves_data
from farward.encounters.doors import must_sign_in, seat_by_cookie
from farward.encounters.errors import NotAllowed
from farward.encounters.models import CARE, Kind, Presence, Seat, SeatRole, Status
from farward.encounters.packs.hand_in import hand_in_for
from farward.encounters.packs.lease import lease_for
from farward.encounters.queries import room_state
from farward.encounters.recordings.rules import RECORDED
from farward.media.ladder import table
from farward.people.phones import tel_of
from farward.privacy.models import Purpose
from farward.privacy.texts import current_texts

from .lobby_words import lobby_words
from .modules import LOBBY_MODULES, ROOM_MODULES
from .words import room_words

#: The lobby's look at the connection asks for this much and never for more.
MAX_PING_BYTES = 16 * 1024
DECIDERS = frozenset({SeatRole.PATIENT, SeatRole.COMPANION}) | CARE


def _gone(request: HttpRequest, *, title: str, message: str, status: int = 404, **more: Any) -> HttpResponse:
    context = {"heading": title, "message": message, **more}
    return render(request, "encounters/gone.html", context, status=status)


def _not_held(request: HttpRequest) -> HttpResponse:
    seat_id = request.resolver_match.kwargs.get("seat_id") if request.resolver_match else None
    if seat_id is not None and must_sign_in(request, seat_id):
        return redirect_to_login(reverse("seat_lobby", args=[seat_id]))
    return _gone(
        request,
        title=_("This device does not hold a place in this visit"),
        message=_("Open your link again from the message you were sent. If that does not help, ask for a new link."),
    )


def _ended(held: HeldSeat) -> bool:
    return held.seat.encounter.status == Status.CLOSED and held.seat.role not in AFTER_CLOSE


def _opens_later(held: HeldSeat) -> bool:
    encounter = held.seat.encounter
    return encounter.status == Status.BOOKED and timezone.now() < encounter.starts_at - OPENS_BEFORE


@never_cache
@require_GET
def lobby(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Try camera, microphone, speaker and connection, then join with what works."""
    held = seat_by_cookie(request, seat_id)
    if held is None:
        return _not_held(request)
    if held.waiting:
        return redirect("seat_waiting", seat_id)
    if _ended(held):
        return redirect("seat_left", seat_id)
    encounter = held.seat.encounter
    people = [line for line in room_state(seat_id)["seats"] if line["seat"] != str(seat_id)]
    context: dict[str, Any] = {
        "seat": held.seat,
        "encounter": encounter,
        "zone": encounter.site.zone,
        "people": people,
        "taken": held.rival is not None or held.seat.presence == Presence.JOINED,
        "rival": held.rival,
        "opens_at": encounter.starts_at - OPENS_BEFORE if _opens_later(held) else None,
        "watches": held.seat.role in {SeatRole.OBSERVER, SeatRole.HELPER},
        "scripts": scripts_of("js/lobby.js", LOBBY_MODULES),
        "next": () if _opens_later(held) or saves_data(request) else scripts_of("js/room.js", ROOM_MODULES).preload,
        "words": lobby_words(),
        "ladder": table(),
        "weight": weight_of(held.seat),
    }
    page = "encounters/lobby_messages.html" if encounter.by_messages else "encounters/lobby.html"
    response = render(request, page, context)
    context["scripts"].allow_on(response)
    return response


@require_POST
def go(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Go from the lobby to the room. From here on this device holds the seat, and no other."""
    held = seat_by_cookie(request, seat_id)
    if held is None:
        return _not_held(request)
    if held.waiting or _opens_later(held):
        return redirect("seat_lobby", seat_id)
    try:
        claim_seat(device_id=held.device.pk)
    except NotAllowed:
        return _not_held(request)
    response = redirect("seat_room", seat_id)
    # The room takes it away. The lobby's script may not have run yet when somebody presses early.
    response.set_cookie(
        "here",
        "1",
        max_age=60,
        path=reverse("seat_room", args=[seat_id]),
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


@never_cache
@require_GET
def ping(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """A small answer, or one of `bytes` that do not compress, for the lobby's look at the connection."""
    if seat_by_cookie(request, seat_id) is None:
        return HttpResponse(status=404)
    try:
        size = min(max(int(request.GET.get("bytes", "1")), 0), MAX_PING_BYTES)
    except ValueError:
        size = 1
    return HttpResponse(secrets.token_bytes(size), content_type="application/octet-stream")


@never_cache
@require_GET
def waiting(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Wait until staff let this device in. Asked for JSON, says only where to go next, if anywhere."""
    held = seat_by_cookie(request, seat_id)
    if request.headers.get("Accept") == "application/json":
        settled = held is None or not held.waiting
        return JsonResponse({"next": reverse("seat_lobby", args=[seat_id]) if settled else None})
    if held is None:
        return _not_held(request)
    if not held.waiting:
        return redirect("seat_lobby", seat_id)
    return render(request, "encounters/waiting.html", {"seat": held.seat})


@never_cache
@require_GET
def room(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The room: one page for every role, filled in by the live channel."""
    held = seat_by_cookie(request, seat_id)
    if held is None:
        return _not_held(request)
    if held.waiting or held.rival is not None or _opens_later(held):
        return redirect("seat_lobby", seat_id)
    if _ended(held):
        return redirect("seat_left", seat_id)
    context = room_context(held.seat, sparing=saves_data(request))
    response = render(request, "encounters/room.html", context)
    context["scripts"].allow_on(response)
    return response


def room_context(seat: Seat, *, sparing: bool) -> dict[str, Any]:
    """All that the room's page is made of, for one seat."""
    encounter = seat.encounter
    words = room_words()
    asks = encounter.kind == Kind.CLINIC and seat.role in DECIDERS
    current = current_texts(get_language() or "en")
    texts = {purpose: asdict(text) for purpose, text in current.items()}
    return {
        "seat": seat,
        "encounter": encounter,
        "state": room_state(seat.pk),
        "care": seat.role in CARE,
        "preceptor": seat.role == SeatRole.PRECEPTOR,
        "recorded": current[Purpose.RECORDING] if seat.role in RECORDED else None,
        "helper": seat.role == SeatRole.HELPER,
        "shares": seat.role not in {SeatRole.OBSERVER, SeatRole.HELPER},
        "proxy": seat.role == SeatRole.COMPANION,
        "asks": asks,
        "texts": texts if asks else None,
        "phone": encounter.site.phone,
        "tel": tel_of(encounter.site.phone),
        "connection": {"numbers": numbers_for(seat), "price": price_at(encounter.site), "saveData": sparing},
        "rungs": words["connection"]["rung"].items(),
        "scripts": scripts_of("js/room.js", ROOM_MODULES),
        "words": words,
        "ladder": table(),
        "lease": lease_for(seat),
    }


@require_POST
def leave(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Leave on purpose, also where the live channel could not say so."""
    held = seat_by_cookie(request, seat_id)
    if held is None:
        return _not_held(request)
    if held.seat.instance is not None and held.rival is None and not held.waiting:
        leave_seat(seat_id=seat_id, instance=held.seat.instance)
    return redirect("seat_left", seat_id)


@never_cache
@require_GET
def left(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The page after leaving: thanks, and the way back while the visit goes on."""
    held = seat_by_cookie(request, seat_id)
    if held is None:
        return _not_held(request)
    if _ended(held):
        message = _("The visit is over. Thank you for taking part.")
        reads = held.seat.role != SeatRole.HELPER
        summary = reverse("seat_summary", args=[seat_id]) if reads else ""
        more = {"summary": summary, "seat": held.seat, "hand_in": hand_in_for(held.seat)}
        return _gone(request, title=_("Goodbye"), message=message, status=200, **more)
    return _gone(
        request,
        title=_("You have left the visit"),
        message=_("You can come back from this page, or with the same link, until the visit ends."),
        back=reverse("seat_lobby", args=[seat_id]),
        status=200,
    )
