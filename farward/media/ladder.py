"""The ladder's table: what each rung sends and weighs. It lives here once and is handed to the browser as data.

The wire rates are IP bytes as measured with Chromium, headers and all, everyone talking; pauses cost less.
"""

from __future__ import annotations

from typing import Any

RUNGS = ("text", "clip", "voice", "stills", "thumb", "video", "hd")
REASONS = (
    "start", "better", "loss", "delay", "narrow", "cpu", "battery", "save_data", "budget", "pin", "unseen", "asked",
    "priority", "silent", "lost",
)  # fmt: skip
VOICES: tuple[dict[str, Any], ...] = (
    {"bitrate": 6000, "ptime": 120, "red": False, "wireKbps": 8.9},
    {"bitrate": 8000, "ptime": 120, "red": False, "wireKbps": 10.5},
    {"bitrate": 8000, "ptime": 60, "red": False, "wireKbps": 13.2},
    {"bitrate": 12000, "ptime": 60, "red": False, "wireKbps": 17.0},
    {"bitrate": 16000, "ptime": 60, "red": False, "wireKbps": 21.0},
    {"bitrate": 24000, "ptime": 20, "red": False, "wireKbps": 44.0},
)
PICTURES: dict[str, dict[str, Any]] = {
    "stills": {"everyMs": 5000, "width": 160, "bytes": 4000, "wireKbps": 9},
    "thumb": {"width": 320, "maxBitrate": 40_000, "maxFramerate": 8, "wireKbps": 55},
    "video": {"width": 320, "maxBitrate": 200_000, "maxFramerate": 15, "wireKbps": 230},
    "hd": {"width": 1280, "maxBitrate": 1_200_000, "maxFramerate": 25, "wireKbps": 1300},
}
SCREEN = {"maxBitrate": 250_000, "maxFramerate": 5}
PATIENCE = {"downMs": 2000, "stableMs": 6000, "longestMs": 96_000, "failedMs": 12_000}
#: The voice that a moving or small picture goes with, and what a voice note and a text weigh a minute of talk.
VOICE_BESIDE_PICTURE = VOICES[3]["wireKbps"]
CLIP_KBPS, TEXT_KBPS = 6.0, 0.5


def table() -> dict[str, Any]:
    """The whole table, as JSON can hold it."""
    return {
        "rungs": list(RUNGS),
        "reasons": list(REASONS),
        "voices": [dict(voice) for voice in VOICES],
        "pictures": {rung: dict(picture) for rung, picture in PICTURES.items()},
        "screen": dict(SCREEN),
        "patience": dict(PATIENCE),
        "megabytesPerMinute": {rung: _megabytes(rung) for rung in RUNGS},
    }


def _megabytes(rung: str) -> dict[str, float]:
    each = round(_kbps(rung) * 60 / 8 / 1000, 4)
    return {"up": each, "down": each}


def _kbps(rung: str) -> float:
    if rung == "text":
        return TEXT_KBPS
    if rung == "clip":
        return CLIP_KBPS
    if rung == "voice":
        return float(VOICES[0]["wireKbps"])
    return float(VOICE_BESIDE_PICTURE + PICTURES[rung]["wireKbps"])
