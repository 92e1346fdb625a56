"""Where the parts of a timeline stand on the page: numbers for an inline SVG. Pure.

One unit is one CSS pixel at full size. The drawing keeps its width and scrolls sideways on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .spans import Span
from .timeline import Lane, Moment, Timeline

WIDTH = 1040
GUTTER = 150
RIGHT = 16
#: The template draws phases and axis above this.
LANES_TOP = 76
LANE_HEIGHT = 52
MOMENT_HEIGHT = 30
#: Ticks of the time axis: the finest of these that leaves room for its numbers.
TICKS = (15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MOST_TICKS = 12
#: A label needs about this much.
PER_LETTER = 7.5


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the timeline, with what it says when pointed at."""

    x: float
    width: float
    what: str
    title: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the time axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A numbered sign at one moment."""

    x: float
    number: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One person's row."""

    y: float
    name: str
    role: str
    presence: list[Box]
    talk: list[Box]
    link: list[Box]
    stance: list[Box]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture."""

    width: int
    height: float
    phases: list[Box]
    ticks: list[Tick]
    rows: list[Row]
    signs: list[Sign]
    signs_y: float
    lanes_end: float


def draw(
    timeline: Timeline,
    *,
    people: Mapping[str, tuple[str, str]],
    words: Callable[[str], str],
    number: Callable[[Moment], int | None],
) -> Drawing:
    """Draw the lanes of `people` (author to name and role). `words` puts what a span was into words."""
    scale = _Scale(timeline.seconds)
    rows = [
        _row(index, timeline.lanes.get(author, Lane()), person, scale, words)
        for index, (author, person) in enumerate(people.items())
    ]
    lanes_end = LANES_TOP + len(rows) * LANE_HEIGHT
    signs = [
        Sign(scale.x(moment.at), found, moment.kind, f"{found}: {words(moment.kind)}, {clock(moment.at)}")
        for moment in timeline.moments
        if (found := number(moment)) is not None
    ]
    return Drawing(
        width=WIDTH,
        height=lanes_end + (MOMENT_HEIGHT if signs else 0) + 8,
        phases=[_phase(span, scale, words) for span in timeline.phases],
        ticks=_ticks(timeline.seconds, scale),
        rows=rows,
        signs=signs,
        signs_y=lanes_end + MOMENT_HEIGHT / 2,
        lanes_end=lanes_end,
    )


def clock(seconds: float) -> str:
    """Minutes and seconds since the beginning, as 4:05; with hours where there are any."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class _Scale:
    """From seconds to places."""

    def __init__(self, seconds: float) -> None:
        self._per_second = (WIDTH - GUTTER - RIGHT) / max(seconds, 1)

    def x(self, at: float) -> float:
        return round(GUTTER + at * self._per_second, 1)

    def box(self, span: Span, title: str = "", label: str = "") -> Box:
        # Never thinner than what the eye finds.
        width = max(round(span.seconds * self._per_second, 1), 1.5)
        return Box(self.x(span.start), width, span.what, title, label)


def _phase(span: Span, scale: _Scale, words: Callable[[str], str]) -> Box:
    name = words(span.what)
    box = scale.box(span, f"{name}, {clock(span.start)}–{clock(span.end)}")
    label = name if len(name) * PER_LETTER < box.width - 8 else ""
    return Box(box.x, box.width, box.what, box.title, label)


def _row(index: int, lane: Lane, person: tuple[str, str], scale: _Scale, words: Callable[[str], str]) -> Row:
    name, role = person

    def boxes(spans: list[Span], what: str = "") -> list[Box]:
        return [scale.box(span, f"{words(span.what or what)}, {clock(span.start)}–{clock(span.end)}") for span in spans]

    return Row(
        y=LANES_TOP + index * LANE_HEIGHT,
        name=name,
        role=role,
        presence=boxes(lane.presence),
        talk=boxes(lane.talk, "talk"),
        link=boxes([span for span in lane.link if span.what != "good"]),
        stance=boxes(lane.stance),
    )


def _ticks(seconds: float, scale: _Scale) -> list[Tick]:
    step = next((step for step in TICKS if seconds / step <= MOST_TICKS), TICKS[-1])
    return [Tick(scale.x(at), clock(at)) for at in range(0, int(seconds) + 1, step)]
