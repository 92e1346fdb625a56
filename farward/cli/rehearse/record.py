"""What is left of a rehearsal when the curtain falls, and what the report is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from farward.cli.rehearse.ears import Heard, Reading, Scene
from farward.cli.rehearse.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Act:
    """One scene as it was played: when, what was received, and each seat's screen."""

    scene: Scene
    start: float
    end: float
    heard: tuple[Heard, ...]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch worth a flag on the timeline."""

    start: float
    end: float
    text: str
    fault: bool = False


@dataclass
class Record:
    """Everything of one rehearsal. Times are seconds since its beginning."""

    began: str
    machine: str
    acts: list[Act] = field(default_factory=list)
    phases: list[tuple[str, float]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    extra: list[tuple[str, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = ""
