"""The second step at sign-in: who needs one, who has one, who passed it, and its secrets sealed at rest."""

from __future__ import annotations

import base64
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import User
from .sealing import open_own, seal_own

_WHAT = b"second step"
#: What counts as a second step. Recovery codes alone do not: they are for the day it is lost.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Keys of authenticator apps and seeds of recovery codes lie sealed in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your role needs a second step. Add another one before you remove this one."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_own(text.encode(), _WHAT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return open_own(base64.b64decode(encrypted_text), _WHAT).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Passkeys belong to the address that the school gave out, whatever name this request came by.
        return {"id": _host(), "name": "Farward"}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last step stays where a role needs one: add the new one first."""
        if authenticator.type not in STEPS or not needs_second_step(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STEPS).exclude(pk=authenticator.pk)
        return bool(others.exists())


def needs_second_step(user: User) -> bool:
    """Whether one of the account's roles may not go without a second step."""
    return bool(rules.roles_of(user) & settings.FARWARD_SECOND_STEP_ROLES)


def has_second_step(user: User) -> bool:
    """Whether the account has one."""
    return bool(Authenticator.objects.filter(user=user, type__in=STEPS).exists())


def can_use_passkeys() -> bool:
    """Whether browsers make passkeys for our address: they want a name, or `localhost`, and no number."""
    try:
        ip_address(_host())
    except ValueError:
        return True
    return False


def passed_second_step(session: SessionBase, user: User) -> bool:
    """Whether this session came by a second step."""
    return any(record.get("method") == "mfa" for record in records_of(session, user))


def records_of(session: SessionBase, user: User) -> list[dict[str, Any]]:
    """How and when this session was proved to be the account's: `[{"method": "password", "at": seconds}, …]`."""
    request = HttpRequest()
    request.session = session
    found: list[dict[str, Any]] = get_authentication_records(request, user)
    return found


def count_as_passed(*, request: HttpRequest, user: User, how: str) -> None:
    """Note in the session that a second step was passed, as when it was just set up."""
    record_authentication(request, user, "mfa", type=how)


def _host() -> str:
    return urlsplit(settings.FARWARD_URL).hostname or "localhost"
