"""What is left of a rehearsal when the curtain falls, and what the report is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Sound:
    """The end of a voice as one seat received it, and which share of it had to be made up for lost packets.

    `stoi` and `pesq` say how well it can be understood, where the packages that score are installed.
    """

    source: str
    concealed: float | None
    wav: bytes
    stoi: float | None = None
    pesq: float | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of the packets on one direction of a link."""

    packets: int
    lost: int
    overflowed: int


@dataclass(frozen=True, slots=True)
class Connection:
    """What one seat got over its network: each rung it took with the time and the reason, and how it sounded."""

    role: str
    network: str
    text: str
    rungs: tuple[tuple[float, str, str], ...]
    sounds: tuple[Sound, ...]
    plot: str
    sent: Loss = Loss(0, 0, 0)
    received: Loss = Loss(0, 0, 0)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "network": self.network,
            "rungs": [{"at": round(at, 1), "rung": rung, "reason": reason} for at, rung, reason in self.rungs],
            "heard": {
                sound.source: {"made_up": sound.concealed, "stoi": sound.stoi, "pesq": sound.pesq}
                for sound in self.sounds
            },
            "sent": asdict(self.sent),
            "received": asdict(self.received),
        }


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
    #: Only where the rehearsal was played on networks of a laboratory.
    connections: list[Connection] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = ""
