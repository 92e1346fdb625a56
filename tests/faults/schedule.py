"""What goes wrong and when: derived from a seed, so that a schedule that failed can be played again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Trouble = Literal["cut", "swallow", "reload", "wipe", "rest"]
#: How often each trouble comes up. `wipe` is a reload that also lost the browser's copy of the journal.
WEIGHTS: dict[Trouble, int] = {"cut": 4, "swallow": 4, "reload": 3, "wipe": 2, "rest": 4}

ROLES = ("learner", "preceptor", "patient")
#: To whom each may write, besides everyone in the room.
ASIDES = {"learner": ["room", "staff", "care"], "preceptor": ["room", "staff", "care"], "patient": ["room"]}


@dataclass(frozen=True, slots=True)
class Event:
    """One trouble of one seat, `at` seconds after the start, lasting `seconds`."""

    at: float
    trouble: Trouble
    seconds: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """The troubles of three seats, and how likely a frame is doubled or held up behind the next."""

    seed: int
    events: dict[str, list[Event]]
    polls: dict[str, bool]
    doubled: float
    held_up: float
    pause: float


def make_schedule(seed: int, seconds: float) -> Schedule:
    """The schedule of a seed."""
    random = Random(seed)
    events = {}
    for role in ROLES:
        moments = sorted(random.uniform(0.1, seconds) for _ in range(random.randint(2, 5)))
        troubles = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=len(moments))
        events[role] = [
            Event(at, trouble, random.uniform(0.05, 0.6)) for at, trouble in zip(moments, troubles, strict=True)
        ]
    return Schedule(
        seed=seed,
        events=events,
        polls={role: random.random() < 0.15 for role in ROLES},
        doubled=random.choice([0.0, 0.1, 0.3]),
        held_up=random.choice([0.0, 0.1, 0.3]),
        pause=random.uniform(0.05, 0.25),
    )
