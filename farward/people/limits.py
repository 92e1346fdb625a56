"""How long a session may lie idle before it locks, and how long it lasts. The account's strictest role counts."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from . import rules
from .models import User


def idle_seconds(user: User) -> int:
    """After how many seconds without a touch the session locks."""
    return 60 * _strictest(user, settings.FARWARD_IDLE_MINUTES)


def longest_seconds(user: User) -> int:
    """How many seconds after signing in the session ends, whatever happens."""
    return 3600 * _strictest(user, settings.FARWARD_SESSION_HOURS)


def _strictest(user: User, by_role: Mapping[str, int]) -> int:
    """The least of what the account's roles allow; what holds for everyone where a role has no number of its own."""
    return min((by_role.get(role, by_role[""]) for role in rules.roles_of(user)), default=by_role[""])
