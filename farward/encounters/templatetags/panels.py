"""The parts of the room that have a package of their own: `{% load panels %}{% note_panel %}`."""

from __future__ import annotations

from typing import Any

from django import template

from farward.encounters.captures.rules import SHOWN
from farward.encounters.models import CARE
from farward.encounters.note.forms import SECTION_HELP, SECTION_LABELS
from farward.encounters.tower.words import tower_words

register = template.Library()


@register.inclusion_tag("encounters/note/panel.html")
def note_panel() -> dict[str, Any]:
    """The shared note, for learner and preceptor; `note.js` fills it."""
    return {"note_sections": [(name, label, SECTION_HELP[name]) for name, label in SECTION_LABELS.items()]}


@register.inclusion_tag("encounters/note/summary_panel.html")
def summary_panel(role: str) -> dict[str, Any]:
    """The summary for the patient, to write or to read; `summary.js` fills it."""
    return {"writes_summary": role in CARE}


@register.inclusion_tag("encounters/captures/panel.html")
def capture_panel(role: str) -> dict[str, Any]:
    """Taking a still and asking for one; `capture.js` fills it."""
    return {"takes_own": role in SHOWN, "asks": role in CARE}


@register.inclusion_tag("encounters/tower/strip.html", takes_context=True)
def tower_strip(context: template.Context) -> dict[str, Any]:
    """A preceptor's other rooms, with forms that need the page's CSRF token; `tower.js` fills it."""
    return {"words": tower_words(), "csrf_token": context.get("csrf_token")}
