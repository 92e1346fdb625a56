"""What every page's frame needs: where this person may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from farward.encounters.access.shown import has_roles
from farward.encounters.connection.sparing import saves_data
from farward.people import limits, rules, second_steps
from farward.people.models import Role


@dataclass(frozen=True, slots=True)
class NavItem:
    """One word in the bar."""

    label: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """`nav` and `is_administrator`, asked for only by pages that show them, and whether this browser saves data."""
    return {
        "save_data": saves_data(request),
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "lock": SimpleLazyObject(lambda: _lock(request)),
        "passkeys": SimpleLazyObject(second_steps.can_use_passkeys),
        "second_step_due": SimpleLazyObject(lambda: _second_step_due(request)),
        "is_administrator": SimpleLazyObject(lambda: rules.is_administrator(request.user)),
    }


def _second_step_due(request: HttpRequest) -> bool:
    return rules.is_member(request.user) and second_steps.needs_second_step(request.user)


def _lock(request: HttpRequest) -> dict[str, Any]:
    """After how many seconds a page locks, and whether a code opens it or the password."""
    if not rules.is_member(request.user):
        return {}
    return {"idle": limits.idle_seconds(request.user), "by_code": second_steps.has_second_step(request.user)}


def navigation(request: HttpRequest) -> list[NavItem]:
    """The places that the roles of the account open, in the order of a day's work."""
    roles = rules.roles_of(request.user)
    has_roles(request, roles)
    managers = {Role.COORDINATOR, Role.ADMINISTRATOR}
    places: list[tuple[str, str, set[Role]]] = [
        (_("Today"), reverse("home"), set(Role)),
        (_("Tower"), reverse("tower"), {Role.PRECEPTOR}),
        (_("Week"), reverse("week"), {Role.LEARNER, Role.PRECEPTOR, *managers}),
        (_("People"), reverse("people"), managers),
        (_("Help desk"), reverse("help"), {Role.SUPPORT, Role.ADMINISTRATOR}),
        (_("Privacy"), reverse("review_queue"), {Role.PRIVACY_OFFICER}),
        (_("Integrity"), reverse("integrity"), {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}),
    ]
    return [
        NavItem(label=label, url=url, current=_is_here(request.path, url))
        for label, url, for_roles in places
        if roles & for_roles
    ]


def _is_here(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
