"""What a view tells the recorder: the seat that a request came by, and the encounters that its page shows."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from farward.encounters.models import Seat
from farward.people import rules
from farward.people.models import Role, User
from farward.privacy.words import Why

_SEAT = "farward_seat"
_SHOWN = "farward_shown"
_WHY = "farward_why"
_REACHED = "farward_reached"
_ROLES = "farward_roles"


def came_by(request: HttpRequest, seat: Seat) -> None:
    """This request comes from this seat."""
    vars(request)[_SEAT] = seat


def seat_of(request: HttpRequest) -> Seat | None:
    """The seat that the request came by, if by one."""
    found: Seat | None = vars(request).get(_SEAT)
    return found


def shows(request: HttpRequest, encounters: Iterable[UUID]) -> None:
    """The answer shows something of these encounters: for pages whose address does not name the one."""
    vars(request).setdefault(_SHOWN, []).extend(encounters)


def shown_on(request: HttpRequest) -> list[UUID] | None:
    """The encounters that the view named; None where it named none."""
    found: list[UUID] | None = vars(request).get(_SHOWN)
    return found


def came_for(request: HttpRequest, why: Why) -> None:
    """This request is for a purpose of its own, whatever the role of who asks."""
    vars(request)[_WHY] = why


def why_of(request: HttpRequest) -> Why | None:
    """The purpose that the view named."""
    found: Why | None = vars(request).get(_WHY)
    return found


def reached(request: HttpRequest) -> None:
    """The request has come as far as its view."""
    vars(request)[_REACHED] = True


def was_reached(request: HttpRequest) -> bool:
    """Whether the request came as far as its view."""
    return _REACHED in vars(request)


def has_roles(request: HttpRequest, roles: frozenset[Role]) -> None:
    """The roles of the account that asks, as the page has just read them: reading them again would cost a query."""
    vars(request)[_ROLES] = roles


def roles_of_account(request: HttpRequest, user: User) -> frozenset[Role]:
    """The roles of the account that asks."""
    found: frozenset[Role] | None = vars(request).get(_ROLES)
    return rules.roles_of(user) if found is None else found
