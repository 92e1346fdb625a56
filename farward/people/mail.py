"""Whether mail leaves this machine."""

from __future__ import annotations

from django.conf import settings

STAYS_HERE = ("console.EmailBackend", "dummy.EmailBackend")


def goes_out() -> bool:
    """Whether mail is sent to people; without a mail server it is only printed where Farward runs."""
    return not settings.EMAIL_BACKEND.endswith(STAYS_HERE)
