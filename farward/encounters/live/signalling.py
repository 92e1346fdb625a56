"""What may pass between two browsers before they connect: only between wired seats, and no more than the wiring allows.

A data channel (`m=application`) carries small pictures where moving ones do not fit. It has no direction that could be
read here, so it is for pairs between which pictures pass at all; each end drops what the wire does not let the other
one send.

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


def exceeds(signal: SignalData, send: Collection[str], recv: Collection[str] = ()) -> bool:
    """Whether a session description offers more than the wiring allows between its author and the one it is for."""
    if signal.description is None:
        return False
    sections = _sections(signal.description.sdp)
    sending = [each.media for each in sections if each.sends]
    channels = sum(each.open_channel for each in sections)
    videos = len(VIDEO_LIKE.intersection(send))
    audios = 1 if "audio" in send else 0
    return (
        sending.count("audio") > audios
        or sending.count("video") > videos
        or channels > (1 if "video" in {*send, *recv} else 0)
        or any(media not in {"audio", "video"} for media in sending)
    )


def _sections(sdp: str) -> list[_Section]:
    sections: list[_Section] = []
    for raw in sdp.split("\n"):
        line = raw.rstrip(" \t\r")
        if line.startswith("m="):
            sections.append(_section(line))
        elif sections and line.startswith("a=") and line[2:] in DIRECTIONS:
            sections[-1].directions.add(line[2:])
        elif line == "a=bundle-only" and sections:
            sections[-1].bundled = True
    return sections


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

    @property
    def open_channel(self) -> bool:
        return self.media == "application" and (self.bundled or not self.rejected)


def _section(line: str) -> _Section:
    media, _, rest = line[2:].partition(" ")
    return _Section(media=media.lower(), rejected=rest.split(" ", 1)[0] == "0")
