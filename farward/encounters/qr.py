"""A link as a QR code, drawn here: it holds a token, so no other service may see it."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(url: str) -> SafeString:
    """Inline SVG of the code, on white so that it can be read on a dark page. It scales with its box."""
    code = segno.make(url, error="m", micro=False)
    # The SVG is made of numbers and colours only: the URL is in the pattern, not in the markup.
    return mark_safe(code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr"))  # noqa: S308
