"""The tower's page, its tiles for where sockets are blocked, and its one-tap moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from farward.encounters.access.shown import came_by, shows
from farward.encounters.actions.devices import rival_of, take_seat
from farward.encounters.answers.queries import waiting_for
from farward.encounters.desk.queries import rows_for
from farward.encounters.doors import SEAT_COOKIE, browser_name, remember_device, set_seat_cookie
from farward.encounters.errors import NotAllowed
from farward.encounters.models import Seat, Status
from farward.journal.types import Refused
from farward.people.access import current_user, refuse_unless
from farward.people.models import Role
from farward.people.rules import has_role

from . import actions
from .queries import encounters_of, notes_waiting, own_seats, tiles_for
from .tiles import full_frame
from .words import tower_words

WAYS_IN = frozenset({"listening", "whisper", "in"})


@never_cache
@require_GET
@login_required
def show_tower(request: HttpRequest) -> HttpResponse:
    """Every encounter of this preceptor that runs or is about to."""
    user = current_user(request)
    tiles = tiles_for(user)
    refuse_unless(bool(tiles) or has_role(user, Role.PRECEPTOR))
    notes, questions = notes_waiting(user), rows_for(user, waiting_for(user))
    listed = [*(encounter.pk for encounter, _who in notes), *(row.encounter.pk for row in questions)]
    shows(request, [*encounters_of(tiles), *listed])
    context: dict[str, Any] = {
        "frame": full_frame(tiles),
        "tiles": tiles,
        "words": tower_words(),
        "notes": notes,
        "questions": questions,
    }
    return render(request, "encounters/tower/page.html", context)


@never_cache
@require_GET
@login_required
def tiles(request: HttpRequest) -> HttpResponse:
    """The tiles as JSON, for networks that let no WebSocket through."""
    found = tiles_for(current_user(request))
    shows(request, encounters_of(found))
    return JsonResponse(full_frame(found))


@require_POST
@login_required
def go(request: HttpRequest) -> HttpResponse:
    """Into a room: checks whose seat it is and hands the same request on to the seat's own path."""
    seat = _seat_of(request)
    refuse_unless(request.POST.get("stance") in WAYS_IN)
    return HttpResponseRedirect(reverse("seat_step_in", args=[seat.pk]), preserve_request=True)


@require_POST
@login_required
def step_in(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Leave the other rooms, take this seat with this browser, and open its room without the lobby."""
    how = request.POST.get("stance", "")
    refuse_unless(how in WAYS_IN)
    user = current_user(request)
    seat = _own(request, str(seat_id))
    try:
        device, token = take_seat(
            user=user, seat=seat, label=browser_name(request), held_token=request.COOKIES.get(SEAT_COOKIE)
        )
    except NotAllowed as refused:
        messages.error(request, refused.message)
        return redirect("tower")
    rival = rival_of(device)
    if rival is None and seat.encounter.status == Status.LIVE:
        actions.leave_other_rooms(seat=seat)
        actions.come_in(seat=seat, how=how)
    # Another device of the same person holds the seat: the lobby asks before it takes over.
    page = reverse("seat_lobby" if rival else "seat_room", args=[seat.pk])
    whisper = "&whisper=1" if how == "whisper" else ""
    response = redirect(f"{page}?stance={'in' if how == 'in' else 'listening'}{whisper}")
    set_seat_cookie(response, seat.pk, token)
    remember_device(request, device)
    return response


@require_POST
@login_required
def say(request: HttpRequest) -> HttpResponse:
    """Send a line to the learner of one room, without going there."""
    seat = _seat_of(request)
    text = request.POST.get("text", "").strip()
    if not 0 < len(text) <= 4000:
        return JsonResponse({"code": "bad_payload", "message": _("Write a line first.")}, status=400)
    try:
        actions.send_line(seat=seat, text=text)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
    except NotAllowed as refusal:
        return JsonResponse({"code": refusal.code, "message": _("No learner is in this encounter.")}, status=409)
    return JsonResponse({"sent": True})


def _seat_of(request: HttpRequest) -> Seat:
    return _own(request, request.POST.get("seat", ""))


def _own(request: HttpRequest, seat_id: str) -> Seat:
    """The preceptor seat of this account that the tower shows. Raises Http404."""
    try:
        wanted = UUID(seat_id)
    except ValueError:
        raise Http404 from None
    seat = own_seats(current_user(request)).filter(pk=wanted).select_related("encounter", "user").first()
    if seat is None:
        raise Http404
    came_by(request, seat)
    return seat
