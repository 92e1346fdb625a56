"""Small tags that several apps' pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from farward.encounters import pseudonyms
from farward.encounters.access.agents import family_of
from farward.people.models import Site

register = template.Library()


@register.filter
def zone(moment: datetime, site: Site) -> str:
    """What the site's clocks call their zone at that moment: EAT, or UTC−05 where the zone has no name."""
    name = moment.astimezone(site.zone).strftime("%Z")
    return f"UTC{name}".replace("-", "−") if name[:1] in "+-" else name


@register.filter
def pseudonym(encounter_id: UUID) -> str:
    """The short name under which the help desk knows an encounter."""
    return pseudonyms.pseudonym(encounter_id)


@register.filter
def browser(agent: str) -> str:
    """What to call a browser by its `User-Agent`, such as "Firefox on Android"."""
    name, system = family_of(agent)
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system} if name and system else name or system


@register.simple_tag
def qr(text: Any, label: str) -> SafeString:
    """`text` as a QR code in inline SVG, always dark on light so that every camera reads it."""
    code = segno.make(str(text), error="m", micro=False)
    drawing = code.svg_inline(
        scale=4, border=3, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    # Segno made the drawing and nothing of `text` is in it as text.
    return format_html('<div role="img" aria-label="{}">{}</div>', label, mark_safe(drawing))  # noqa: S308
