"""Handing a device all that it needs of one coming encounter for a week without a network."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from farward.assets.scripts import files_of, scripts_of
from farward.encounters.actions.devices import take_seat
from farward.encounters.connection.sparing import saves_data
from farward.encounters.doors import SEAT_COOKIE, browser_name, remember_device, set_seat_cookie
from farward.encounters.errors import NotAllowed
from farward.encounters.models import CARE, OPEN, Seat
from farward.encounters.seats.modules import ROOM_MODULES
from farward.encounters.seats.views import room_context
from farward.people.access import current_user, login_required
from farward.vault.errors import KeyGone

from .files import modules_of
from .queries import entries_after


@require_POST
@login_required
def pack(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The room's page as it is now, and the entries after a cursor. The device holds the seat from here on.

    Unlike joining, this takes the seat from no other device, and works before the room opens.
    """
    user = current_user(request)
    seats = Seat.objects.select_related("encounter__site", "user").filter(user=user, role__in=CARE, removed_at=None)
    seat = get_object_or_404(seats.filter(encounter__status__in=OPEN), pk=seat_id)
    try:
        after = max(int(request.POST.get("after", "0")), 0)
    except ValueError:
        return JsonResponse({"message": _("“after” is the number of an entry. Reload the page.")}, status=400)
    try:
        device, token = take_seat(
            user=user, seat=seat, label=browser_name(request), held_token=request.COOKIES.get(SEAT_COOKIE)
        )
        body = _contents(request, seat, after)
    except (NotAllowed, KeyGone):
        raise Http404 from None
    response = HttpResponse(body, content_type="application/json")
    # The device keeps the page under the policy of this answer.
    scripts_of("js/room.js", ROOM_MODULES).allow_on(response)
    set_seat_cookie(response, seat.pk, token)
    remember_device(request, device)
    return response


def _contents(request: HttpRequest, seat: Seat, after: int) -> bytes:
    context = room_context(seat, sparing=saves_data(request))
    # As a plain string, which is all that the encoder takes.
    html = str.__str__(render_to_string("encounters/room.html", context, request))
    # Where the room's own modules are one file, those that come later find them in it.
    later = [name for name in modules_of("js/room.js") if name not in {"js/room.js", *ROOM_MODULES}]
    files = [static(name) for name in (*files_of("js/room.js", ROOM_MODULES), *later)]
    return msgspec.json.encode({"html": html, "files": files, **entries_after(seat, after)})
