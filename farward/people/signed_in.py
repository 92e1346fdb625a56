"""Where an account is signed in, and ending that: one session, all others, or all.

What came by a session (the devices in its visits) is noted beside it, so that it can end with it. Who has such things
listens to `session_ended`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from .gate import TOUCHED, Standing, standing_of
from .models import User

#: Sent when a session ended: `user_id` and `devices`, the ids that were noted for it.
session_ended = Signal()

DEVICES = "devices"
#: How many devices a session remembers.
MOST_DEVICES = 50


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc] # allauth has no types
    """Ends sessions with all that came by them."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        for session in sessions:
            end_session(session)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One row of the list."""

    session: UserSession
    touched_at: datetime | None
    is_current: bool
    in_visit: bool


def sessions_of(request: HttpRequest, user: User) -> list[SignedIn]:
    """Where this account is signed in, this browser first, then the last touched."""
    rows = [_row(request, session) for session in UserSession.objects.purge_and_list(user)]
    long_ago = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    return sorted(rows, key=lambda row: (row.is_current, row.touched_at or long_ago), reverse=True)


def end_session(session: UserSession) -> None:
    """End one session, and what came by it."""
    devices = list(session.data.get(DEVICES, []))
    session.end()
    session_ended.send(sender=UserSession, user_id=session.user_id, devices=devices)


def on_signed_out(sender: Any, *, request: HttpRequest | None, user: object, **_rest: Any) -> None:
    """A receiver of `user_logged_out`: Django throws the session away right after."""
    session = getattr(request, "session", None)
    row = UserSession.objects.filter(session_key=session.session_key).first() if session is not None else None
    if row is not None:
        end_session(row)


def end_sessions_of(user: User, *, but: str | None = None) -> None:
    """End every session of an account, but for the one with this key."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        end_session(session)


def note_device(request: HttpRequest, device: str) -> None:
    """Note that a device came by this request's session."""
    UserSession.objects.create_from_request(request)
    session = UserSession.objects.get(session_key=request.session.session_key)
    known = [each for each in session.data.get(DEVICES, []) if each != device]
    session.data = {**session.data, DEVICES: [*known, device][-MOST_DEVICES:]}
    session.save(update_fields=["data"])


def account_of(session_key: str) -> User | None:
    """The account that is signed in by this session cookie and may use it, be it locked. None for everything else."""
    request = HttpRequest()
    request.session = _store(session_key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return user if standing_of(request.session, user) in {Standing.GOOD, Standing.LOCKED} else None


def still_signed_in(session_keys: Iterable[str]) -> set[str]:
    """Those of the sessions that still are. One question, however many they are."""
    model = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return set(
        model.objects.filter(session_key__in=set(session_keys), expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )


def _row(request: HttpRequest, session: UserSession) -> SignedIn:
    touched = _store(session.session_key).get(TOUCHED)
    return SignedIn(
        session=session,
        touched_at=datetime.fromtimestamp(touched, tz=timezone.get_current_timezone()) if touched else None,
        is_current=session.session_key == request.session.session_key,
        in_visit=bool(session.data.get(DEVICES)),
    )


def _store(session_key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return store


def end_others(sender: Any, *, request: HttpRequest, user: User, **_rest: Any) -> None:
    """A receiver of what changes the password: whoever knew the old one is out, with every seat."""
    end_sessions_of(user, but=request.session.session_key)
