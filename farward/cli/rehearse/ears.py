"""Who heard and saw whom: what each browser says it received, and what it should have received.

The measure is taken where it counts, in the receiver of each browser: `totalAudioEnergy` and `framesDecoded` of the
inbound streams (W3C Identifiers for WebRTC's Statistics API). A seat without a path from another has no such stream,
which counts as silence. What ought to be heard is written out here by hand, and not taken from the code under test.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from farward.cli.netlab.listen import HEARD
from farward.cli.rehearse.verdicts import Verdicts

PATIENT, LEARNER, PRECEPTOR = "patient", "learner", "preceptor"
ROLES = (PATIENT, LEARNER, PRECEPTOR)

#: Level (0 to 1, root mean square) below which there was silence: −66 dB.
SILENT = 0.0005

#: Pictures a second, below which a moving picture is not seen as one.
SEEN = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One stretch of the encounter and who hears whom in it: listener → voices.

    Who is heard is also seen, but for a whisper: it is a voice alone.
    """

    key: str
    title: str
    hears: Mapping[str, frozenset[str]]
    unseen: str = ""

    def should_hear(self, listener: str, source: str) -> bool:
        return source in self.hears[listener]

    def should_see(self, listener: str, source: str) -> bool:
        return self.should_hear(listener, source) and source != self.unseen


def scene(
    key: str, title: str, *, patient: str = "", learner: str = "", preceptor: str = "", unseen: str = ""
) -> Scene:
    """A scene from words: `patient="learner"` means that the patient hears the learner and nobody else."""
    hears = {PATIENT: patient, LEARNER: learner, PRECEPTOR: preceptor}
    return Scene(key, title, {role: frozenset(words.split()) for role, words in hears.items()}, unseen)


EVERYONE = {PATIENT: "learner preceptor", LEARNER: "patient preceptor", PRECEPTOR: "patient learner"}

SCENES = (
    scene("huddle", "Huddle", learner="preceptor", preceptor="learner"),
    scene("check_in", "Check-in", patient="learner", learner="patient"),
    scene("interview", "Interview", patient="learner", learner="patient", preceptor="patient learner"),
    scene(
        "whisper",
        "Whisper",
        patient="learner",
        learner="patient preceptor",
        preceptor="patient learner",
        unseen=PRECEPTOR,
    ),
    scene("hallway", "Hallway", learner="preceptor", preceptor="learner"),
    scene(
        "together", "Together", patient="learner preceptor", learner="patient preceptor", preceptor="patient learner"
    ),
    scene("wrap_up", "Wrap-up", **EVERYONE),
    scene("debrief", "Debrief", learner="preceptor", preceptor="learner"),
    scene("closed", "Closed"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one seat received from another since the last look."""

    at: float
    seconds: float
    listener: str
    source: str
    energy: float
    frames: int

    @property
    def level(self) -> float:
        """Root mean square of the sound, 0 to 1."""
        return math.sqrt(max(0.0, self.energy) / self.seconds)


@dataclass
class Ears:
    """Turns the counters of the browsers into readings. A counter that shrinks belongs to a new connection."""

    readings: list[Reading] = field(default_factory=list)
    _last: dict[tuple[str, str], tuple[float, float, int]] = field(default_factory=dict)

    def take(self, at: float, listener: str, levels: Mapping[str, Mapping[str, float]]) -> None:
        """Take the counters of one listener, by source role."""
        for source in ROLES:
            if source == listener:
                continue
            now = levels.get(source, {})
            energy, frames = float(now.get("audioEnergy") or 0), int(now.get("videoFrames") or 0)
            before = self._last.get((listener, source))
            self._last[listener, source] = (at, energy, frames)
            if before is None or at <= before[0]:
                continue
            grown = energy - before[1] if energy >= before[1] else energy
            more = frames - before[2] if frames >= before[2] else frames
            self.readings.append(Reading(at, at - before[0], listener, source, grown, more))

    def enough(self, start: float, wanted: int = 4) -> bool:
        """Whether every seat was read this many times since then; on a busy machine that takes a while."""
        taken = Counter(reading.listener for reading in self.between(start, math.inf))
        return all(taken[role] >= wanted * (len(ROLES) - 1) for role in ROLES)

    def between(self, start: float, end: float) -> list[Reading]:
        """Readings whose whole interval lies in this time."""
        return [reading for reading in self.readings if reading.at - reading.seconds >= start and reading.at <= end]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener received from one source over a whole scene."""

    listener: str
    source: str
    level: float
    pictures: float
    expected: bool
    expected_picture: bool
    #: For how long it was measured; what was not measured never counts, as silence least of all.
    seconds: float
    #: On a bad network the ladder may do without: then nothing is as right as something.
    sound_optional: bool = False
    picture_optional: bool = False

    @property
    def sound_held(self) -> bool:
        if self.sound_optional:
            return self.seconds > 0
        return self.seconds > 0 and (self.level >= HEARD if self.expected else self.level <= SILENT)

    @property
    def picture_held(self) -> bool:
        if self.picture_optional:
            return self.seconds > 0
        return self.seconds > 0 and (self.pictures >= SEEN if self.expected_picture else self.pictures == 0)

    @property
    def sound(self) -> str:
        return decibels(self.level) if self.seconds else "not measured"

    @property
    def picture(self) -> str:
        return f"{self.pictures:.1f} pictures/s" if self.seconds else "not measured"


def sum_up(scene: Scene, readings: Sequence[Reading]) -> list[Heard]:
    """What each seat received from each other in this scene."""
    return [
        _sum_pair(scene, listener, source, [r for r in readings if (r.listener, r.source) == (listener, source)])
        for listener, source in pairs()
    ]


def _sum_pair(scene: Scene, listener: str, source: str, readings: Sequence[Reading]) -> Heard:
    seconds = sum(reading.seconds for reading in readings)
    energy = sum(reading.energy for reading in readings)
    frames = sum(reading.frames for reading in readings)
    return Heard(
        listener=listener,
        source=source,
        level=math.sqrt(energy / seconds) if seconds else 0.0,
        pictures=frames / seconds if seconds else 0.0,
        expected=scene.should_hear(listener, source),
        expected_picture=scene.should_see(listener, source),
        seconds=seconds,
    )


def pairs() -> Iterator[tuple[str, str]]:
    """Every listener with every other seat."""
    for listener in ROLES:
        for source in ROLES:
            if source != listener:
                yield listener, source


def decibels(level: float) -> str:
    """A level for people."""
    return "silence" if level < 1e-5 else f"{20 * math.log10(level):.0f} dB".replace("-", "−")


def judge(scene: Scene, heard: Iterable[Heard], verdicts: Verdicts) -> None:
    """One verdict on sound and one on pictures for each listener and source in this scene, less what is not owed."""
    for pair in heard:
        says = "hears" if pair.expected else "does not hear"
        sees = "sees" if pair.expected_picture else "does not see"
        instead = ", or gets voice notes by the ladder's choice" if pair.sound_optional else ""
        stem = f"{scene.key}_{pair.listener}"
        verdicts.add(
            f"{stem}_{says.replace(' ', '_')}_{pair.source}",
            pair.sound_held,
            f"{scene.title}: the {pair.listener} {says} the {pair.source}{instead}.",
            pair.sound,
        )
        if pair.picture_optional:
            continue
        verdicts.add(
            f"{stem}_{sees.replace(' ', '_')}_{pair.source}",
            pair.picture_held,
            f"{scene.title}: the {pair.listener} {sees} the {pair.source}.",
            pair.picture,
        )
