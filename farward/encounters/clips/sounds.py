"""What a voice note is: its type by its first bytes, how large and how long it may be. Pure.

Two minutes at 12 kbit/s are about 180 kB; the rest is room for containers and for browsers that spend more.
"""

from __future__ import annotations

MAX_CLIP_BYTES = 256 * 1024
#: What travels at once. On 20 kbit/s that is seven seconds, and never more than that is sent twice.
PIECE_BYTES = 16 * 1024

EXTENSIONS = {"audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a"}


def sniff_sound(data: bytes) -> str | None:
    """The sound's media type by its magic bytes, whatever the sender says; None for anything else."""
    if data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64]:
        return "audio/webm"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data[4:8] == b"ftyp":
        return "audio/mp4"
    return None


def pieces_of(size: int) -> int:
    """In how many pieces a clip of this size travels."""
    return -(-size // PIECE_BYTES)


def piece_size(size: int, number: int) -> int:
    """How long the piece of this number is: all are whole but the last."""
    return min(PIECE_BYTES, size - number * PIECE_BYTES)
