"""Every frame of the live channel: which seats send it, which are sent it, and what it may carry of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .people import EVERY_SEAT, HELPER


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of frame, for the seats of these roles. A device speaks for the seat that it holds."""

    seats: frozenset[str]
    what: str


#: From a device.
INCOMING: Final[Mapping[str, Frame]] = {
    "hello": Frame(EVERY_SEAT, "come in; everything else is refused before"),
    "append": Frame(EVERY_SEAT, "write entries: by kind and audience, see below"),
    "signal": Frame(EVERY_SEAT - {HELPER}, "to a seat that the wiring joins to this one now, and to no other"),
    "state": Frame(EVERY_SEAT, "microphone, typing: goes to those in the own circle"),
    "beat": Frame(EVERY_SEAT, "still here"),
    "leave": Frame(EVERY_SEAT, "go away"),
    "more": Frame(EVERY_SEAT, "the next page of entries"),
}

#: To a device.
OUTGOING: Final[Mapping[str, Frame]] = {
    "welcome": Frame(EVERY_SEAT, "the server's clock"),
    "room": Frame(EVERY_SEAT, "who is here: names as listed under what each sees of a person"),
    "wiring": Frame(EVERY_SEAT, "whom this seat may connect to now"),
    "entries": Frame(EVERY_SEAT, "entries for the audiences of this seat"),
    "ack": Frame(EVERY_SEAT, "what became of its entries"),
    "refused": Frame(EVERY_SEAT, "why a frame was not carried out"),
    "signal": Frame(EVERY_SEAT - {HELPER}, "from a seat that the wiring joins to this one now"),
    "state": Frame(EVERY_SEAT - {HELPER}, "from a seat in the same circle"),
    "beat": Frame(EVERY_SEAT, "the answer to a beat"),
    "bye": Frame(EVERY_SEAT, "why the connection ends"),
}
