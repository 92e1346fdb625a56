"""The links that can be asked for by name, and traces: links that change with time.

A trace is a CSV file with the columns `seconds, up_kbps, down_kbps, delay_ms, jitter_ms, loss`. Each line holds from
its second until the next line's; the last line's second is the end, where the trace begins anew. A rate of 0 means that
the link is cut; `delay_ms` is one way, `loss` a share from 0 to 1. Lines that begin with # are remarks.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .model import Burst, Condition

TRACES = Path(__file__).parent / "traces"
COLUMNS = ("seconds", "up_kbps", "down_kbps", "delay_ms", "jitter_ms", "loss")


class UnknownProfile(ValueError):
    """There is no link of this name; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Both directions of a link from some second on."""

    start: float
    up: Condition
    down: Condition


@dataclass(frozen=True, slots=True)
class Profile:
    """A link by name. It stays as it is, or repeats its moments every `period` seconds."""

    name: str
    text: str
    moments: Sequence[Moment]
    period: float = 0.0

    def at(self, seconds: float) -> Moment:
        """How the link is so many seconds after it began."""
        place = seconds % self.period if self.period else seconds
        starts = [moment.start for moment in self.moments]
        return self.moments[max(0, bisect_right(starts, place) - 1)]


def steady(
    name: str,
    text: str,
    *,
    down: float | None,
    up: float | None,
    rtt_ms: float,
    jitter_ms: float = 0.0,
    loss: float = 0.0,
    queue: float = 1.0,
    burst: Burst | None = None,
) -> Profile:
    """A link that stays as it is. Half of the round trip is spent each way; the loss is that of each direction."""
    both = Condition(delay=rtt_ms / 2000, jitter=jitter_ms / 1000, loss=loss, queue=queue, burst=burst)
    return Profile(name, text, (Moment(0.0, replace(both, kbps=up), replace(both, kbps=down)),))


def interrupted(name: str, text: str, base: Profile, *, every: float, lasting: float) -> Profile:
    """A link that is cut for so long, each so often, beginning with a time in which it is whole."""
    whole = base.moments[0]
    cut = Moment(every - lasting, replace(whole.up, up=False), replace(whole.down, up=False))
    return Profile(name, text, (whole, cut), every)


LAN = steady("lan", "A good fixed line", down=None, up=None, rtt_ms=2)
TWO_G = steady("2g", "GPRS at the edge of a cell", down=40, up=20, rtt_ms=600, jitter_ms=60, loss=0.02, queue=2.0)
EDGE = steady("edge", "EDGE", down=100, up=50, rtt_ms=400, jitter_ms=40, loss=0.01, queue=1.5)
THREE_G = steady("3g", "UMTS", down=750, up=330, rtt_ms=200, jitter_ms=20, loss=0.01, queue=0.8)

STEADY = (
    LAN,
    TWO_G,
    EDGE,
    THREE_G,
    steady("broad", "A fixed line of 2 Mbit/s", down=2000, up=2000, rtt_ms=60, jitter_ms=5, queue=0.5),
    steady("narrow", "A line that fell to 40 kbit/s", down=40, up=40, rtt_ms=60, jitter_ms=5, queue=2.0),
    steady("loss15", "15 % of all packets lost", down=200, up=200, rtt_ms=100, jitter_ms=10, loss=0.15, queue=1.0),
    steady("2g-burst", "GPRS with fading", down=40, up=20, rtt_ms=600, jitter_ms=60, loss=0.01, queue=2.0,
           burst=Burst(enter=0.005, leave=0.2, loss=0.7)),
    interrupted("outages", "UMTS, cut for 10 s in each minute", THREE_G, every=60, lasting=10),
)  # fmt: skip


def names() -> list[str]:
    """Every name that `find` knows."""
    known = [profile.name for profile in STEADY]
    return known + sorted(path.stem for path in TRACES.glob("*.csv") if path.stem not in known)


def find(name: str) -> Profile:
    """The profile of this name, or the trace in the CSV file of this name or path.

    Raises:
        UnknownProfile: there is neither.
    """
    for profile in STEADY:
        if profile.name == name:
            return profile
    path = Path(name) if name.endswith(".csv") else TRACES / f"{name}.csv"
    if not path.exists():
        raise UnknownProfile(
            f"There is no network “{name}”. There are: {', '.join(names())}, or a CSV file of a trace."
        )
    return read_trace(path)


def read_trace(path: Path) -> Profile:
    """A trace from its file.

    Raises:
        UnknownProfile: the file is no trace; the message says which line and why.
    """
    lines = _lines(path)
    head = [cell.strip() for cell in lines[0][1]] if lines else []
    missing = [column for column in COLUMNS if column not in head]
    if missing or len(lines) < 2:
        lacks = f"the head lacks {', '.join(missing)}" if lines and missing else "there is none"
        raise UnknownProfile(
            f"{path.name}: a trace has the columns {', '.join(COLUMNS)} and at least one line under them; {lacks}."
        )
    moments: list[Moment] = []
    for number, cells in lines[1:]:
        try:
            moment = _moment(_row(head, cells))
            if not moments and moment.start != 0:
                raise ValueError("the first line is that of second 0")
            if moments and moment.start <= moments[-1].start:
                raise ValueError("the seconds must go up from line to line")
        except ValueError as error:
            raise UnknownProfile(f"{path.name}, line {number}: {error}.") from None
        moments.append(moment)
    return Profile(path.stem, f"trace {path.stem}", tuple(moments), moments[-1].start)


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """What is not empty and no remark: the number of the line in the file, and its cells."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownProfile(f"{path.name} cannot be read as text: {error}.") from None
    return [
        (number, next(csv.reader([line])))
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]


def _row(head: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    """The numbers of one line by column."""
    if len(cells) != len(head):
        raise ValueError(f"{len(cells)} cells under {len(head)} columns")
    row: dict[str, float] = {}
    for column, cell in zip(head, cells, strict=True):
        if column not in COLUMNS:
            continue
        try:
            row[column] = float(cell)
        except ValueError:
            raise ValueError(f"{column} is a number, not “{cell.strip()}”") from None
        if not math.isfinite(row[column]) or row[column] < 0:
            raise ValueError(f"{column} is a number from 0 up, not {cell.strip()}")
    return row


def _moment(row: dict[str, float]) -> Moment:
    both = Condition(delay=row["delay_ms"] / 1000, jitter=row["jitter_ms"] / 1000, loss=row["loss"], queue=1.5)
    return Moment(row["seconds"], _with_rate(both, row["up_kbps"]), _with_rate(both, row["down_kbps"]))


def _with_rate(both: Condition, kbps: float) -> Condition:
    return replace(both, kbps=kbps) if kbps else replace(both, up=False)
