"""What a tile says, and what of it changed: as few bytes as tell it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import msgspec

from farward.media.wiring import APART, CONVERSATION, WHISPER

Frame = dict[str, Any]


class Need(IntEnum):
    """Why a tile stands where it stands: those who need someone first."""

    HAND = 0
    PRECEPTOR = 1
    PATIENT = 2
    LINK = 3
    LIVE = 4
    SOON = 5


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One encounter, from its preceptor's side. Times are whole seconds since 1970, 0 for none.

    Attributes:
        n: the tile's number on this connection or page, so that changes need not repeat ids.
        clock: when one that has not begun starts, in the time of its site; empty once it has begun.
        link: the worse of the learner's and patient's connection: good, weak, bad, lost; empty while nobody is there.
        hand: since when somebody has a hand up.
        patient: away, here, or waits (here while staff are apart).
        waits: since when the patient waits.
        me: the preceptor's own place: away, here, lost.
        acts: which buttons fit the phase.
    """

    n: int
    seat: str
    learner: str
    kind: str
    status: str
    phase: str
    since: int = 0
    starts: int = 0
    clock: str = ""
    link: str = ""
    hand: int = 0
    patient: str = "away"
    waits: int = 0
    me: str = "away"
    need: Need = Need.SOON
    acts: tuple[str, ...] = ()


def need_of(tile: Tile) -> Need:
    """Who needs someone first."""
    if tile.status != "live":
        return Need.SOON
    if tile.hand:
        return Need.HAND
    if tile.me != "here" and tile.phase in {"hallway", "together"}:
        return Need.PRECEPTOR
    if tile.patient == "waits":
        return Need.PATIENT
    if tile.link in {"bad", "lost"}:
        return Need.LINK
    return Need.LIVE


def acts_in(phase: str, status: str) -> tuple[str, ...]:
    """What a preceptor can do with one tap: listen, whisper, step in."""
    if status != "live":
        return ("in",)
    acts = [*(["listening"] if phase in CONVERSATION else []), *(["whisper"] if phase in WHISPER else [])]
    return (*acts, "in")


def patient_word(present: bool, phase: str, status: str) -> str:
    """Whether the patient is there, and whether that means waiting."""
    if not present:
        return "away"
    return "waits" if status == "live" and phase in APART else "here"


def in_order(tiles: Sequence[Tile]) -> list[Tile]:
    """Those who need someone first; among them, who has waited longest."""
    return sorted(tiles, key=lambda tile: (tile.need, tile.hand or tile.waits or tile.since or tile.starts, tile.n))


def full_frame(tiles: Sequence[Tile]) -> Frame:
    """Everything, for a new connection."""
    return {"t": "tiles", "tiles": [msgspec.to_builtins(tile) for tile in tiles]}


def changes(before: Mapping[int, Tile], after: Mapping[int, Tile]) -> Frame | None:
    """Only what changed since; None if nothing did."""
    changed = [_difference(before.get(n), tile) for n, tile in after.items() if before.get(n) != tile]
    gone = [n for n in before if n not in after]
    if not changed and not gone:
        return None
    return {"t": "changes"} | ({"tiles": changed} if changed else {}) | ({"gone": gone} if gone else {})


def _difference(before: Tile | None, after: Tile) -> Frame:
    new: Frame = msgspec.to_builtins(after)
    if before is None:
        return new
    old: Frame = msgspec.to_builtins(before)
    return {"n": after.n} | {name: value for name, value in new.items() if old[name] != value}


def encode(frame: Frame) -> str:
    """A frame as it goes over the wire."""
    return msgspec.json.encode(frame).decode()
