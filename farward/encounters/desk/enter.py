"""Taking one's own seat: the account's way into the room, without a link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from farward.encounters.actions.devices import take_seat
from farward.encounters.doors import SEAT_COOKIE, browser_name, remember_device, set_seat_cookie
from farward.encounters.errors import NotAllowed
from farward.encounters.models import Seat
from farward.people.access import current_user, login_required


@require_POST
@login_required
def enter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Send the account on to its own seat.

    On to the seat's own path, because only there does the browser show the cookie it may have of an earlier visit:
    without it every return would look like a second device.
    """
    seat = get_object_or_404(Seat, encounter=encounter_id, user=current_user(request), removed_at=None)
    return HttpResponseRedirect(reverse("seat_enter", args=[seat.pk]), preserve_request=True)


@require_POST
@login_required
def enter_seat(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Hold the seat with this browser and go to the lobby."""
    user = current_user(request)
    seat = get_object_or_404(Seat.objects.select_related("encounter"), pk=seat_id, user=user, removed_at=None)
    try:
        device, token = take_seat(
            user=user, seat=seat, label=browser_name(request), held_token=request.COOKIES.get(SEAT_COOKIE)
        )
    except NotAllowed as refused:
        messages.error(request, refused.message)
        return redirect("encounter", seat.encounter_id)
    response = redirect(f"/s/{seat.pk}/lobby")
    set_seat_cookie(response, seat.pk, token)
    remember_device(request, device)
    return response
