"""Telephone numbers as people write them, with the country code (ITU-T E.164): anybody can call them from anywhere."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WRITTEN = re.compile(r"\+[0-9][0-9 ().\-/]*")
#: The shortest numbers in use have seven digits with the country code; E.164 allows fifteen.
FEWEST, MOST = 7, 15


def check_phone(value: str) -> None:
    """Refuse what no telephone could dial. Nothing written is fine."""
    if value.strip() and not tel_of(value):
        raise ValidationError(_("Write the number with its country code, such as +254 20 555 0100."))


def tel_of(value: str) -> str:
    """The number for a `tel:` link (RFC 3966), such as +254205550100; empty where it is none."""
    digits = re.sub(r"\D", "", value)
    return f"+{digits}" if WRITTEN.fullmatch(value.strip()) and FEWEST <= len(digits) <= MOST else ""
