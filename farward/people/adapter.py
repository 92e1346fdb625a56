"""How django-allauth behaves here: accounts are made by the school, and a stolen session does no harm that lasts."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest

from .models import User
from .rules import AnyUser
from .second_steps import has_second_step, records_of


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody can sign up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(self, user: AnyUser) -> list[dict[str, Any]]:
        """The ways to prove again who one is. Where there is a second step, the password alone is none."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and has_second_step(user):
            return [way for way in ways if way["id"] != "reauthenticate"]
        return ways

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after a sign-in: who has just proved everything is not asked at once again."""
        request = context.request
        if not isinstance(request.user, User) or not super().is_reauthentication_required(app=app, **kwargs):
            return True
        records = records_of(request.session, request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords for an account and the address they come from: nobody else can shut its owner out."""
        account: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"
