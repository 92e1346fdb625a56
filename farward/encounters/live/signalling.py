"""What may pass between two browsers before they connect: only between wired seats, and no more than the wiring allows.

Media directions follow RFC 8866 §6.7 and JSEP (RFC 8829): an m-section without a direction is `sendrecv`, and one with
port zero sends nothing unless it is bundle-only (RFC 9143). Where readers differ, the reading by which more is sent
counts: browsers take no direction from the session's part, and end a line at LF alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from farward.encounters.live.frames import SignalData

SENDING = frozenset({"sendrecv", "sendonly"})
DIRECTIONS = SENDING | {"recvonly", "inactive"}
VIDEO_LIKE = frozenset({"video", "screen"})
MAX_SIGNAL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PeerWire:
    """One wire of a seat, as the server last derived it."""

    link: str
    send: frozenset[str]
    recv: frozenset[str]


def wires_of(wiring: Mapping[str, Any]) -> dict[str, PeerWire]:
    """The wires of a `wiring` frame, by the other seat's id."""
    return {
        str(peer["seat"]): PeerWire(str(peer["link"]), frozenset(peer["send"]), frozenset(peer["recv"]))
        for peer in wiring["peers"]
    }


def exceeds(signal: SignalData, send: Collection[str]) -> bool:
    """Whether a session description offers to send media that the wiring does not let its author send."""
    if signal.description is None:
        return False
    sending = sending_media(signal.description.sdp)
    videos = len(VIDEO_LIKE.intersection(send))
    audios = 1 if "audio" in send else 0
    return (
        sending.count("audio") > audios
        or sending.count("video") > videos
        or any(media not in {"audio", "video", "application"} for media in sending)
    )


def sending_media(sdp: str) -> list[str]:
    """The media type of each m-section that sends. Data channels (`application`) carry no sound and are left out."""
    sections: list[_Section] = []
    for raw in sdp.split("\n"):
        line = raw.rstrip(" \t\r")
        if line.startswith("m="):
            sections.append(_section(line))
        elif sections and line.startswith("a=") and line[2:] in DIRECTIONS:
            sections[-1].directions.add(line[2:])
        elif line == "a=bundle-only" and sections:
            sections[-1].bundled = True
    return [each.media for each in sections if each.sends]


@dataclass(slots=True)
class _Section:
    media: str
    rejected: bool
    directions: set[str] = field(default_factory=set)
    bundled: bool = False

    @property
    def sends(self) -> bool:
        if self.media == "application" or (self.rejected and not self.bundled):
            return False
        return not self.directions or not SENDING.isdisjoint(self.directions)


def _section(line: str) -> _Section:
    media, _, rest = line[2:].partition(" ")
    return _Section(media=media.lower(), rejected=rest.split(" ", 1)[0] == "0")
