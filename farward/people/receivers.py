"""What people hear of sign-ins, changed passwords and second steps."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from . import gate, second_steps, signed_in
from .models import User


def connect() -> None:
    """Hear of them."""
    user_logged_in.connect(gate.connect_session, dispatch_uid="farward.people.began")
    user_logged_out.connect(signed_in.on_signed_out, dispatch_uid="farward.people.signed_out")
    password_changed.connect(signed_in.end_others, dispatch_uid="farward.people.password_changed")
    password_reset.connect(signed_in.end_others, dispatch_uid="farward.people.password_reset")
    authenticator_added.connect(_on_step_added, dispatch_uid="farward.people.step_added")


def _on_step_added(
    sender: object, *, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any
) -> None:
    """Who sets a step up has just shown it. Other browsers, signed in without it, must sign in again."""
    if authenticator.type in second_steps.STEPS:
        first = not second_steps.passed_second_step(request.session, user)
        second_steps.count_as_passed(request=request, user=user, how=authenticator.type)
        # This is told once the database has the step, which may be after the answer has saved the session.
        request.session.save()
        if first:
            signed_in.end_sessions_of(user, but=request.session.session_key)
