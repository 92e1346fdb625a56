"""Signing the cast in as people do: by the form, with a password and a second step."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from farward.people.models import User

PASSWORD = "a ward lamp far away"
SECRET = "JBSWY3DPEHPK3PXP" * 2


def give_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def give_app(user: User) -> TOTP:
    """An authenticator app that shows the codes of SECRET."""
    return TOTP.activate(user, SECRET)


def code_now(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def sign_in(client: Client, user: User, password: str = PASSWORD) -> str:
    """The page that signing in leads to."""
    answer = client.post("/accounts/login/", {"login": user.email, "password": password}, follow=True)
    return answer.content.decode()


def sign_in_fully(client: Client, user: User) -> str:
    """The same with the code of the app."""
    sign_in(client, user)
    return client.post("/accounts/2fa/authenticate/", {"code": code_now()}, follow=True).content.decode()
