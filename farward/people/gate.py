"""What a signed-in browser must pass before every page: not at its end, not locked, and a second step where one is due.

The rules are in `standing_of`, which the live channel asks too; the middleware below leads people to what is missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import limits, second_steps
from .models import User

#: Where a session keeps, in seconds since 1970, when it began and when a person last touched it.
BEGAN, TOUCHED = "began_at", "touched_at"
#: A touch is written down at most so often.
TOUCH_SECONDS = 20

#: Pages that tell nothing of anyone, and the way out.
OPEN = frozenset({"service_worker", "manifest", "offline", "account_logout"})
#: Where a locked session is unlocked.
UNLOCKING = frozenset({
    "lock", "unlock", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"
})  # fmt: skip
#: Where a second step is set up or passed.
SETTING_UP = UNLOCKING | {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "touched",
}  # fmt: skip


class Standing(Enum):
    """How a session stands."""

    GOOD = "good"
    LOCKED = "locked"
    OVER = "over"
    #: The account has a second step, and this session came without it.
    UNPROVED = "unproved"
    #: A role needs a second step, and the account has none yet.
    WITHOUT = "without"


def standing_of(session: SessionBase, user: User, now: float | None = None) -> Standing:
    """How this session of this account stands. Asks no database while it was touched a moment ago and fully proved."""
    now = time.time() if now is None else now
    if _passes(now - session.get(BEGAN, now), settings.FARWARD_SESSION_HOURS, 3600, user, limits.longest_seconds):
        return Standing.OVER
    if _passes(now - last_touch(session, user, now), settings.FARWARD_IDLE_MINUTES, 60, user, limits.idle_seconds):
        return Standing.LOCKED
    if second_steps.passed_second_step(session, user):
        return Standing.GOOD
    if second_steps.has_second_step(user):
        return Standing.UNPROVED
    return Standing.WITHOUT if second_steps.needs_second_step(user) else Standing.GOOD


def begin(session: SessionBase) -> None:
    """Note that somebody signed in now."""
    session[BEGAN] = session[TOUCHED] = time.time()


def touch(session: SessionBase) -> None:
    """Note that a person did something in this browser."""
    now = time.time()
    if now - session.get(TOUCHED, 0) > TOUCH_SECONDS:
        session[TOUCHED] = now


def last_touch(session: SessionBase, user: User, now: float) -> float:
    """When a person last did something in this browser, or proved who they are."""
    proved = max((record["at"] for record in second_steps.records_of(session, user)), default=0.0)
    return max(session.get(TOUCHED, 0.0), proved) or now


class Gate:
    """The middleware. It looks once the address is known, since some pages are open to all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or not isinstance(request.user, User):
            return None
        return _answer(request, request.user, name)


def _answer(request: HttpRequest, user: User, name: str) -> HttpResponse | None:
    standing = standing_of(request.session, user)
    if standing is Standing.OVER:
        logout(request)
        messages.info(request, _("You were signed in for a long time. Please sign in again."))
        return _lead(request, reverse("account_login"), "over")
    if standing is Standing.LOCKED:
        if name in UNLOCKING or _goes_on_while_locked(request):
            return None
        return _lead(request, reverse("lock"), "locked")
    if standing is Standing.UNPROVED and name not in SETTING_UP:
        ways = get_adapter().get_reauthentication_methods(user)
        return _lead(request, next(way["url"] for way in ways if way["id"].startswith("mfa_")), "second_step")
    if standing is Standing.WITHOUT and name not in SETTING_UP:
        return _lead(request, reverse("mfa_index"), "second_step")
    if is_by_hand(request):
        touch(request.session)
    return None


def is_by_hand(request: HttpRequest) -> bool:
    """Whether a person asked for this page, and not a script in one that is open.

    Browsers say so (Fetch Metadata); of those that do not, whatever no known script sends counts.
    """
    mode = request.headers.get("Sec-Fetch-Mode", "")
    return mode == "navigate" or (not mode and "HX-Request" not in request.headers)


def _goes_on_while_locked(request: HttpRequest) -> bool:
    """A visit that is open goes on behind the lock: its page sends what was written, and reads what it needs."""
    return request.path.startswith("/s/") and not is_by_hand(request)


def _lead(request: HttpRequest, where: str, code: str) -> HttpResponse:
    """Send a person on and back again afterwards. A script gets 423 (RFC 4918 §11.3) and shows the lock."""
    if not is_by_hand(request):
        return JsonResponse({"code": code, "message": _("Prove first that it is you.")}, status=423)
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{where}?{urlencode({'next': back})}")


def _passes(age: float, by_role: dict[str, int], unit: int, user: User, limit: Callable[[User], int]) -> bool:
    """Whether an age is over the account's limit. The roles are read only where the strictest limit is passed."""
    return age > unit * min(by_role.values()) and age > limit(user)


def connect_session(sender: Any, *, request: HttpRequest, **_rest: Any) -> None:
    """A receiver of `user_logged_in`."""
    begin(request.session)
