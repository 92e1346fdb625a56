"""The tower's words, handed to the browser as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from farward.encounters.models import Phase


def tower_words() -> dict[str, Any]:
    """Words by what a tile says. `{n}` in them is filled in by the browser."""
    return {
        "phase": {phase.value: str(phase.label) for phase in Phase},
        "link": {
            "good": _("Good connection"),
            "weak": _("Weak connection"),
            "bad": _("Bad connection"),
            "lost": _("Connection lost"),
            "": _("Nobody there yet"),
        },
        "patient": {
            "away": _("Patient not here"),
            "here": _("Patient here"),
            "waits": _("Patient waits {n} min"),
        },
        "hand": _("Hand up {n} min"),
        "needs_preceptor": _("Waits for you"),
        "you_are_here": _("You are here"),
        "minutes": _("{n} min"),
        "starts": _("Starts at {time}"),
        "unnamed": _("No learner yet"),
        "live": _("Live"),
        "polling": _("Updated every 10 seconds: this network lets no live connection through."),
        "offline": _("No connection. Trying again."),
        "sent": _("Sent to the learner"),
        "not_sent": _("Not sent. Try again."),
    }
