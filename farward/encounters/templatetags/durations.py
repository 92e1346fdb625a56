"""Durations for people: `{{ seconds|minutes }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def minutes(seconds: float) -> str:
    """Seconds below two minutes, minutes above."""
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", round(seconds)) % {"n": round(seconds)}
    return _("%(n)d min") % {"n": round(seconds / 60)}
