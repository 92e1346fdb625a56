"""How django-allauth behaves here: accounts are made by the school, never by whoever finds the page."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody can sign up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
