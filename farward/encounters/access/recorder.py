"""The access record of a page, written with the answer: no answer leaves before its record stands."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from farward.encounters.models import Kind, Seat, SeatRole
from farward.journal.errors import JournalUnavailable
from farward.people.models import Role, User
from farward.people.rules import is_member
from farward.privacy.accesses import Access, record_access
from farward.privacy.words import Act, Data, Why
from farward.vault.errors import KeyGone

from .agents import origin_of
from .routes import Shows, shows_of
from .shown import reached, roles_of_account, seat_of, shown_on, was_reached, why_of

log = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Answers to a form that show its page again.
SHOWN_AGAIN = frozenset({409, 422})
#: Where one who has not proved who they are is led instead.
PROVING = "/accounts/"
#: What single thing an address may name.
THINGS = ("capture_id", "clip_id", "upload_id", "person", "rotation")
#: Of several roles at the school, the one that an access is put down to. The officer's comes last: whoever has another
#: role too looks at a visit in that one, and is looked at like anybody else.
RANK = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.PRECEPTOR, Role.LEARNER, Role.SUPPORT, Role.PRIVACY_OFFICER)
_WHY = {
    SeatRole.PATIENT: Why.OWN,
    SeatRole.COMPANION: Why.OWN,
    SeatRole.HELPER: Why.SUPPORT,
    Role.SUPPORT: Why.SUPPORT,
    Role.PRIVACY_OFFICER: Why.OVERSIGHT,
}


class AccessRecorder:
    """Middleware, next to the views. It works on either side of Django's asynchronous border."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer_later(request)
        response: HttpResponseBase = self.get_response(request)
        shown = _shown_by(request, response)
        return response if shown is None else _recorded(request, response, shown)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """The view itself is asked now: nothing before it led the request elsewhere."""
        reached(request)

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        shown = _shown_by(request, response)
        return response if shown is None else await sync_to_async(_recorded)(request, response, shown)


def _shown_by(request: HttpRequest, response: HttpResponseBase) -> Shows | None:
    """What this answer shows; None where it shows or changed nothing."""
    match = request.resolver_match
    status = response.status_code
    if not was_reached(request) or response.headers.get("Location", "").startswith(PROVING):
        return None
    answered = status < 300 or status in SHOWN_AGAIN or (status < 400 and request.method not in SAFE)
    return shows_of(match.view_name) if match is not None and answered else None


def _recorded(request: HttpRequest, response: HttpResponseBase, shown: Shows) -> HttpResponseBase:
    """The answer, once its record stands; otherwise one that says to try again."""
    try:
        access = _access(request, shown)
        if access is not None:
            record_access(access)
    except (JournalUnavailable, DatabaseError, KeyGone) as error:
        log.error("an access could not be recorded, so it was not answered: %s", type(error).__name__)
        response.close()
        message = _("Nobody may see this without it being recorded, and that was not possible just now. Try again.")
        context = {"title": _("One moment"), "message": message}
        return render(request, "encounters/access/unrecorded.html", context, status=503)
    return response


def _access(request: HttpRequest, shown: Shows) -> Access | None:
    """Who did what to whose data; None where nobody is known, as on the way to signing in."""
    match = request.resolver_match
    if match is None:
        return None
    user = request.user if is_member(request.user) else None
    seat = seat_of(request) or _seat_named(match.kwargs.get("seat_id"), user)
    user_id = user.pk if user else None
    if seat is not None:
        user_id = seat.user_id
    elif user is None:
        return None
    role, why = role_in(seat) if seat is not None else _role_at_school(request, user, shown)
    return Access(
        what=shown.what,
        act=Act.READ if request.method in SAFE else Act.WRITE,
        view=match.view_name,
        why=why_of(request) or (shown.why if shown.why and why != Why.OWN else why),
        role=role,
        user=user_id,
        seat=seat.pk if seat else None,
        encounters=_encounters(request, match.kwargs, seat, shown),
        thing=next((match.kwargs[name] for name in THINGS if name in match.kwargs), None),
        origin=origin_of(request),
        renews=shown.renews,
    )


def _seat_named(seat_id: UUID | None, user: User | None) -> Seat | None:
    """The account's own seat that the address names, for views that did not come by a door."""
    if seat_id is None or user is None:
        return None
    return Seat.objects.select_related("encounter").filter(pk=seat_id, user=user).first()


def _encounters(request: HttpRequest, kwargs: dict[str, Any], seat: Seat | None, shown: Shows) -> tuple[UUID, ...]:
    named = shown_on(request)
    if named is not None:
        return tuple(named)
    if seat is not None:
        return (seat.encounter_id,)
    encounter_id = kwargs.get("encounter_id")
    return (encounter_id,) if encounter_id is not None and shown.what != Data.ACCOUNT else ()


def role_in(seat: Seat) -> tuple[str, Why]:
    """The role that a seat gives in its encounter, and what an access from it is for."""
    why = _WHY.get(SeatRole(seat.role))
    return seat.role, why or (Why.CARE if seat.encounter.kind == Kind.CLINIC else Why.TEACHING)


def _role_at_school(request: HttpRequest, user: User | None, shown: Shows) -> tuple[str, Why]:
    if shown.why == Why.OVERSIGHT:
        return Role.PRIVACY_OFFICER, Why.OVERSIGHT
    held = roles_of_account(request, user) if user is not None else frozenset()
    role = next((role for role in RANK if role in held), None)
    return (str(role), _WHY.get(role, Why.OPERATIONS)) if role else ("", Why.OPERATIONS)
