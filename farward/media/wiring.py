"""Who may see and hear whom: pure functions from kind, phase and places to circles, wires and peers.

A *circle* is a set of people who share sound and picture. Its members send and receive, its listeners only receive.
A *wire* joins two seats and says what each may send to the other; where no wire is, no signalling is relayed, so no
path exists. Nothing here reads the clock, the database or a setting: the same places always give the same wires.

The words for kinds, phases, roles and stances are those of `docs/encounters.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

AUDIO, VIDEO, SCREEN = "audio", "video", "screen"
ALL = frozenset({AUDIO, VIDEO, SCREEN})
NOTHING: frozenset[str] = frozenset()

PATIENT_SIDE = frozenset({"patient", "companion", "interpreter"})
STAFF = frozenset({"learner", "preceptor", "observer"})

#: Phases in which patient side and staff are kept apart.
APART = frozenset({"huddle", "hallway", "debrief", "tech_break"})
#: Phases in which the preceptor chooses a stance.
CONVERSATION = frozenset({"check_in", "interview"})
#: Phases in which everyone is in one room.
JOINED = frozenset({"together", "wrap_up"})
#: Phases in which a preceptor may whisper.
WHISPER = CONVERSATION | {"together"}


@dataclass(frozen=True, slots=True)
class Place:
    """One seat as wiring sees it.

    Attributes:
        instance: the page that holds the seat; None while nobody does, and then nothing is wired.
        barred: kept out of any circle that joins patient side and staff, for want of consent.
    """

    seat: str
    role: str
    instance: str | None = None
    stance: str = "away"
    whispering: bool = False
    muted: bool = False
    removed: bool = False
    barred: bool = False

    @property
    def present(self) -> bool:
        return self.instance is not None and not self.removed


@dataclass(frozen=True, slots=True)
class Circle:
    """People who share sound and picture. `members` send and receive, `listeners` only receive."""

    name: str
    members: tuple[str, ...]
    listeners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wire:
    """Two seats, the first with the lower id, and what each may send to the other."""

    a: str
    b: str
    a_sends: frozenset[str]
    b_sends: frozenset[str]


@dataclass(frozen=True, slots=True)
class Peer:
    """A wire as one of its two ends sees it. `link` names this pair of pages: another page makes another link."""

    seat: str
    role: str
    instance: str
    link: str
    polite: bool
    send: frozenset[str]
    recv: frozenset[str]


def is_held(kind: str, phase: str, place: Place) -> bool:
    """Whether this place waits on the patient's side, apart from staff."""
    if place.role not in PATIENT_SIDE or kind in {"seminar", "practice"}:
        return False
    return phase in APART or (phase in CONVERSATION | JOINED and place.barred)


def circles(kind: str, phase: str, places: Iterable[Place]) -> list[Circle]:
    """The circles of this phase, over those who are present. A whisper is a circle of its own."""
    here = sorted((place for place in places if place.present), key=lambda place: place.seat)
    if phase == "closed" or kind == "practice":
        return []
    if kind == "seminar":
        room = [place for place in here if place.role != "helper"]
        found = [_circle("room", room, listening=[place for place in room if place.role == "observer"])]
    elif phase in APART:
        found = _apart(phase, here)
    else:
        found = _conversation(kind, phase, here)
    return [circle for circle in found if circle.members or circle.listeners]


def wires(kind: str, phase: str, places: Sequence[Place]) -> list[Wire]:
    """Every pair that may be connected, with what each end may send."""
    muted = {place.seat for place in places if place.muted}
    sends: dict[tuple[str, str], frozenset[str]] = {}
    for circle in circles(kind, phase, places):
        media = frozenset({AUDIO}) if circle.name == "whisper" else ALL
        for sender in circle.members:
            allowed = media - {AUDIO} if sender in muted else media
            for receiver in (*circle.members, *circle.listeners):
                if receiver != sender:
                    sends[sender, receiver] = sends.get((sender, receiver), NOTHING) | allowed
    seats = sorted({place.seat for place in places if place.present})
    found = (Wire(a, b, sends.get((a, b), NOTHING), sends.get((b, a), NOTHING)) for a, b in combinations(seats, 2))
    return [wire for wire in found if wire.a_sends or wire.b_sends]


def peers_of(seat: str, kind: str, phase: str, places: Sequence[Place]) -> list[Peer]:
    """The wires of one seat, seen from that seat."""
    by_seat = {place.seat: place for place in places}
    peers = []
    for wire in wires(kind, phase, places):
        if seat not in (wire.a, wire.b):
            continue
        first = wire.a == seat
        other = by_seat[wire.b if first else wire.a]
        send, recv = (wire.a_sends, wire.b_sends) if first else (wire.b_sends, wire.a_sends)
        link = link_of(by_seat[seat], other)
        peers.append(Peer(other.seat, other.role, other.instance or "", link, first, send, recv))
    return peers


def link_of(one: Place, other: Place) -> str:
    """An opaque name for the pair of pages that hold these two seats."""
    ends = sorted(f"{place.seat}/{place.instance}" for place in (one, other))
    return hashlib.sha256("|".join(ends).encode()).hexdigest()[:32]


def _circle(name: str, places: Iterable[Place], listening: Iterable[Place] = ()) -> Circle:
    listeners = tuple(place.seat for place in listening)
    return Circle(name, tuple(place.seat for place in places if place.seat not in listeners), listeners)


def _apart(phase: str, here: Sequence[Place]) -> list[Circle]:
    helpers = {"helper"} if phase == "tech_break" else set()
    staff = _circle("staff", [place for place in here if place.role in STAFF | helpers])
    if phase == "debrief":
        return [staff]
    return [staff, _circle("held", [place for place in here if place.role in PATIENT_SIDE])]


def _conversation(kind: str, phase: str, here: Sequence[Place]) -> list[Circle]:
    held = [place for place in here if is_held(kind, phase, place)]
    main, listening, whispering = [], [], []
    for place in here:
        if place.role == "helper" or place.barred:
            continue
        whispers = place.role == "preceptor" and place.whispering and phase in WHISPER
        if whispers:
            whispering.append(place)
        if _only_listens(phase, place, whispers):
            listening.append(place)
            main.append(place)
        elif place.role != "preceptor" or phase in JOINED or place.stance == "in":
            main.append(place)
    learners = [place for place in here if place.role == "learner"]
    whisper = [_circle("whisper", [place, *learners], listening=learners) for place in whispering]
    return [_circle("main", main, listening), *whisper, _circle("held", held)]


def _only_listens(phase: str, place: Place, whispers: bool) -> bool:
    if place.role == "preceptor":
        return whispers or (phase in CONVERSATION and place.stance == "listening")
    return place.role == "observer"
