"""What every view begins with: who asks, and the answer of a place that is not for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from .models import User

__all__ = ["current_user", "login_required", "not_here", "proof_required", "refuse_unless"]


def current_user(request: HttpRequest) -> User:
    """The account that asks, behind `login_required`."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def proof_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what does harm that lasts: whoever sends this form must have proved lately who they are, or is asked now.

    What was sent is kept, sealed in the session, and done after the proof. Below `login_required`.
    """
    asked: Callable[..., Any] = reauthentication_required(view, allow_get=True)
    return asked


def not_here(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The view of an address that a library brings along and Farward does not want."""
    raise Http404


def refuse_unless(allowed: bool) -> None:
    """Answer 404: to those who may not see it, a page is not there."""
    if not allowed:
        raise Http404
