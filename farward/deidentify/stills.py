"""A still without what a camera writes beside the picture: decoded, painted onto a new image, encoded anew.

A plain re-save drops EXIF and keeps a JPEG's comment; only pixels are carried over here. What can be seen in the picture stays
unless it is masked: whoever releases it looks at each one. A full face is an identifier that nothing here takes away.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

#: Formats that browsers and cameras send; others are refused.
FORMATS = ("JPEG", "PNG", "WEBP")
#: More pixels than this are no still from a visit.
MOST_PIXELS = 50_000_000
QUALITY = 90


class BadStill(ValueError):
    """The bytes are no picture of a kind that can be cleaned, or a broken or too large one."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to be painted over, in pixels of the upright picture; right and bottom are excluded."""

    left: int
    top: int
    right: int
    bottom: int


def clean_still(raw: bytes, *, masks: Sequence[Box] = ()) -> bytes:
    """The same picture, in the same format, without metadata, comment, thumbnail, colour profile or further frames.

    The turn that EXIF asks for is carried out first, so that the picture stays upright.

    Raises:
        BadStill: if it cannot be decoded whole, is of another format, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as held:
                kind = held.format or ""
                if held.width * held.height > MOST_PIXELS:
                    raise BadStill("The picture has too many pixels.")
                upright = ImageOps.exif_transpose(held)
                mode = "RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB"
                pixels = upright.convert(mode)
    except BadStill:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadStill("This is no JPEG, PNG or WebP picture of an ordinary size.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadStill("The picture is broken; take it or send it again.") from error
    return _encoded(pixels, kind, masks)


def _encoded(pixels: Image.Image, kind: str, masks: Sequence[Box]) -> bytes:
    """Paint the pixels onto a new image, which knows nothing of where they came from, and encode that."""
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    brush = ImageDraw.Draw(fresh)
    for box in masks:
        if box.right > box.left and box.bottom > box.top:
            brush.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill="black")
    out = io.BytesIO()
    if kind == "PNG":
        fresh.save(out, "PNG", optimize=True)
    else:
        fresh.save(out, kind, quality=QUALITY)
    return out.getvalue()
