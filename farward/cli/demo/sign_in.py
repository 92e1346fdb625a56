"""One-time links that sign a person of the demo school in. They exist only inside a running `farward demo`.

No setting can turn them on: `farward demo` itself puts `farward.cli.demo.urls` in the place of Farward's own
addresses, and the tokens live in that process's memory.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from farward.encounters.actions.devices import take_seat
from farward.encounters.doors import browser_name, remember_device, set_seat_cookie
from farward.encounters.models import Seat
from farward.people.models import User
from farward.people.second_steps import count_as_passed


@dataclass(frozen=True, slots=True)
class _Offer:
    user_id: UUID
    seat: Seat | None


_open: dict[str, _Offer] = {}


def offer_sign_in(user: User, seat: Seat | None = None) -> str:
    """A path that signs this person in, once, and takes this seat of theirs where one is named."""
    token = secrets.token_urlsafe(24)
    _open[_digest(token)] = _Offer(user.id, seat)
    return f"/demo-seat/{token}" if seat is not None else f"/demo/{token}"


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, then sign in: browsers look ahead at addresses, and a look must not use the link up."""
    offered = _open.get(_digest(token))
    user = User.objects.filter(id=offered.user_id, is_active=True).first() if offered else None
    if offered is not None and user is not None and request.method == "POST":
        _open.pop(_digest(token), None)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        # The link is the second step too: everyone here is made up, and nobody should need a phone to look around.
        count_as_passed(request=request, user=user, how="demo")
        return _take(request, user, offered.seat) if offered.seat is not None else HttpResponseRedirect("/")
    page = engines["django"].from_string(Path(__file__).with_name("sign_in.html").read_text("utf-8"))
    return HttpResponse(page.render({"person": user}, request), status=200 if user else 410)


def _take(request: HttpRequest, user: User, seat: Seat) -> HttpResponse:
    device, token = take_seat(user=user, seat=seat, label=browser_name(request))
    response = HttpResponseRedirect(reverse("seat_lobby", args=[seat.pk]))
    set_seat_cookie(response, seat.pk, token)
    remember_device(request, device)
    return response


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
