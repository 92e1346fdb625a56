"""Opening a seat by its link: the page that posts what followed the `#`, and the answer to it."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from farward.assets.scripts import scripts_of
from farward.encounters.actions.invitations import Redeemed, redeem_invitation
from farward.encounters.doors import SEAT_COOKIE, browser_name, remember_device, set_seat_cookie
from farward.encounters.errors import LinkRefused, SignInFirst
from farward.encounters.models import SeatRole
from farward.journal.intake import DECODE_ERRORS

from .modules import LOBBY_MODULES


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the join page posts: the two halves of what followed the `#`, and the digits where it asked for them."""

    link: str
    token: str
    code: str = ""


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Open a seat by its link. GET claims nothing and looks the same for every link; the page then posts the link."""
    if request.method == "GET":
        return render(request, "encounters/join.html", {"scripts": scripts_of("js/lobby.js", LOBBY_MODULES)})
    try:
        link = msgspec.json.decode(request.body, type=Link)
    except DECODE_ERRORS:
        return _refusal(LinkRefused("unknown", _("This link opens nothing. Copy it again from the message.")))
    return _redeem(request, link)


def _redeem(request: HttpRequest, link: Link) -> HttpResponse:
    # The seat's own cookie does not come along to /j, so a copy does that only /j sees.
    mark = f"link-{link.link[:64]}"
    try:
        opened = redeem_invitation(
            link_id=link.link,
            token=link.token,
            code=link.code,
            label=browser_name(request),
            held_token=request.COOKIES.get(mark),
            user=request.user,
            address=request.META.get("REMOTE_ADDR", ""),
        )
    except SignInFirst as refused:
        where = reverse("encounter", args=[refused.encounter_id])
        return JsonResponse({"next": f"{reverse('account_login')}?{urlencode({'next': where})}"})
    except LinkRefused as refused:
        return _refusal(refused)
    if opened.seat.user_id is not None:
        remember_device(request, opened.device)
    response = JsonResponse({"next": reverse(_page_of(opened), args=[opened.seat.pk])})
    set_seat_cookie(response, opened.seat.pk, opened.token)
    kept = response.cookies[SEAT_COOKIE]
    response.set_cookie(
        mark,
        opened.token,
        max_age=int(kept["max-age"]),
        path=reverse("join"),
        httponly=True,
        samesite="Strict",
        secure=bool(kept["secure"]),
    )
    return response


def _page_of(opened: Redeemed) -> str:
    """Where a link leads: into the visit, or after it to the summary, which a helper does not read."""
    if opened.over:
        return "seat_left" if opened.seat.role == SeatRole.HELPER else "seat_summary"
    return "seat_waiting" if opened.waiting else "seat_lobby"


def _refusal(refused: LinkRefused) -> JsonResponse:
    return JsonResponse({"code": refused.code, "message": refused.message}, status=404)
