"""The rows of the table: which network, how many seats, what happens, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

PATIENT, LEARNER, PRECEPTOR = "patient", "learner", "preceptor"
TWO = (PATIENT, LEARNER)
THREE = (PATIENT, LEARNER, PRECEPTOR)
PLAIN_SETTLE = 8.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to the patient's link, so many seconds into the measurement."""

    at: float
    profile: str = ""
    cut: float = 0.0


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure of Farward's must be: at least, or at most."""

    figure: str
    least: float | None = None
    most: float | None = None

    def holds(self, figures: Mapping[str, Any]) -> bool | None:
        """Whether it does; None if the figure was not measured in this run."""
        if self.figure not in figures:
            return None
        value = figures[self.figure]
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, made with Farward and with a plain call.

    Attributes:
        profile: the patient's link; the others sit on `lan`, so that the figures are those of one bad link.
        settle: seconds on that link before measuring, in which the ladder finds its rung. The plain call, which has
            only a rate to find, gets at most `PLAIN_SETTLE`.
        picture: whether the plain call sends a picture. Where nobody could expect one, it sends voice alone.
        clips: voice notes will do where the ladder chooses them; what is live must be understood all the same.
        pin: the rung that each person of Farward's call has pinned. Megabytes are measured then, and not the sound:
            each person talks for 40 % of the time, as in a conversation.
        join: measure how long it takes to come in over this link, with nothing cached.
    """

    name: str
    title: str
    profile: str
    places: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()
    seconds: float = 20.0
    settle: float = 15.0
    picture: bool = False
    events: tuple[Event, ...] = ()
    clips: bool = False
    pin: str = ""
    join: bool = False
    everyone: bool = False

    def links(self) -> dict[str, str]:
        """The profile of each place."""
        return {place: self.profile if place == PATIENT or self.everyone else "lan" for place in self.places}


#: One turn of a conversation, and how much of it is one person's.
TURN_SECONDS, TALKING = 20.0, 0.4

ROWS = (
    Row(
        "2g",
        "2G, two people",
        "2g",
        TWO,
        (Bound("stoi_min", least=0.85), Bound("voice_kbps", most=14)),
    ),
    Row("2g-three", "2G, three people", "2g", THREE, (Bound("stoi_min", least=0.85),), settle=75, clips=True),
    Row(
        "edge",
        "EDGE, three people",
        "edge",
        THREE,
        (Bound("stoi_min", least=0.9), Bound("patient_seen_by", least=2)),
        settle=75,
        picture=True,
    ),
    Row("3g", "3G, three people", "3g", THREE, (Bound("picture_fps", least=10),), settle=50, picture=True),
    Row("loss15", "15 % lost at 200 kbit/s, two people", "loss15", TWO, (Bound("stoi_min", least=0.85),), settle=60),
    Row(
        "outages",
        "Outages of 10 s each minute on 3G, two people",
        "3g",
        TWO,
        (Bound("recovery_s", most=2), Bound("picture_recovery_s", most=10), Bound("entries_lost", most=0)),
        seconds=88,
        settle=25,
        picture=True,
        events=(Event(6, cut=10), Event(66, cut=10)),
    ),
    Row(
        "drop",
        "From 2 Mbit/s to 40 kbit/s at once, two people",
        "broad",
        TWO,
        (Bound("longest_gap_s", most=3),),
        seconds=36,
        settle=30,
        picture=True,
        events=(Event(8, profile="narrow"),),
    ),
    Row(
        "voice",
        "30 minutes, three people, voice",
        "edge",
        THREE,
        (Bound("megabytes", most=8),),
        seconds=2 * TURN_SECONDS,
        pin="voice",
    ),
    Row(
        "thumb",
        "30 minutes, three people, small pictures",
        "3g",
        THREE,
        (Bound("megabytes", most=40), Bound("picture_fps", least=3)),
        seconds=2 * TURN_SECONDS,
        settle=50,
        picture=True,
        pin="thumb",
    ),
    Row("join", "Coming in over EDGE, nothing cached", "edge", TWO, (Bound("join_s", most=15),), seconds=0, join=True),
)


def shortened(row: Row, seconds: float) -> Row:
    """The same row for a quick look: as long as asked, but never less than its events and turns of talk need."""
    if row.join or row.events:
        return row
    return replace(row, seconds=max(seconds, TURN_SECONDS) if row.pin else seconds)
