"""What a picture is: its type by its first bytes, and how large it may be. Pure."""

from __future__ import annotations

#: The browser aims at 1.5 MB; the server takes this much.
MAX_STILL_BYTES = 2 * 1024 * 1024

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def sniff_type(data: bytes) -> str | None:
    """The picture's media type by its magic bytes, whatever the sender says; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None
