"""A drawing of one link over time: its rates, and below them the rung of each seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any
from zlib import crc32

from farward.media.ladder import RUNGS

WIDTH, LEFT, RIGHT = 720, 96, 10
TOP, HIGH, GAP, LANE = 24, 120, 26, 66

#: Under a class of its own: where several plots stand in one page, so do their styles.
STYLE = (
    ".netplot{--ink:#1f2937;--up:#c2410c;--down:#0f766e;--rung:#4f46e5;--mark:#b91c1c}"
    "@media(prefers-color-scheme:dark){"
    ".netplot{--ink:#e5e7eb;--up:#fb923c;--down:#2dd4bf;--rung:#a5b4fc;--mark:#f87171}}"
    ".netplot text{font:12px system-ui,sans-serif;fill:var(--ink)}.netplot .grid{stroke:var(--ink);opacity:.2}"
    ".netplot .line{fill:none;stroke-width:2}.netplot .up{stroke:var(--up)}"
    ".netplot .down{stroke:var(--down);stroke-dasharray:6 3}.netplot .rung{stroke:var(--rung)}"
    ".netplot .mark{fill:var(--mark);opacity:.2}"
    ".netplot text.up{fill:var(--up);stroke:none}.netplot text.down{fill:var(--down);stroke:none}"
)
VERBS = {"cut": "is cut"}


def draw_plot(
    counts: Sequence[tuple[float, Mapping[str, Any]]],
    rungs: Mapping[str, Sequence[tuple[float, str]]],
    marks: Sequence[tuple[float, float, str]],
    title: str,
) -> str:
    """One SVG element.

    Args:
        counts: seconds, and the counters of the link then, as `Laboratory.stats` has them.
        rungs: for each seat, seconds and the rung then. A seat without any is left out.
        marks: begin, end and name of what happened to the link.
    """
    seconds = max([at for at, _link in counts] + [1.0])
    lanes = {seat: steps for seat, steps in rungs.items() if steps}
    bottom = TOP + HIGH + len(lanes) * (GAP + LANE)
    parts = [_mark(mark, seconds, bottom) for mark in marks]
    parts += _rates(counts, seconds)
    for place, (seat, steps) in enumerate(lanes.items()):
        parts += _lane(seat, steps, TOP + HIGH + GAP + place * (GAP + LANE), seconds)
    parts += [_text(_x(at, seconds), bottom + 18, f"{at} s", "middle") for at in _ticks(seconds)]
    name = f"plot-{crc32(title.encode()):08x}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 26}" class="netplot" role="img" '
        f'aria-labelledby="{name} {name}-d"><title id="{name}">{escape(title)}: rate and rung over time</title>'
        f'<desc id="{name}-d">{escape(_in_words(counts, lanes, marks))}</desc>'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>"
    )


def _in_words(
    counts: Sequence[tuple[float, Mapping[str, Any]]],
    lanes: Mapping[str, Sequence[tuple[float, str]]],
    marks: Sequence[tuple[float, float, str]],
) -> str:
    """What is drawn, for those who do not see it."""
    words = []
    if len(counts) > 1:
        span = max(0.1, counts[-1][0] - counts[0][0])
        up, down = ((counts[-1][1][way]["bytes"] - counts[0][1][way]["bytes"]) / span / 125 for way in ("up", "down"))
        words.append(f"Over {span:.0f} seconds {up:.0f} kbit/s were sent and {down:.0f} received, on average.")
    words += [f"After {begin:.0f} s the link {VERBS.get(what, what)}." for begin, _end, what in marks]
    for seat, steps in lanes.items():
        changes = [step for place, step in enumerate(steps) if place == 0 or steps[place - 1][1] != step[1]]
        words.append(f"The {seat}: {', then '.join(f'{rung} from {at:.0f} s' for at, rung in changes)}.")
    return " ".join(words)


def _ticks(seconds: float) -> range:
    return range(0, int(seconds) + 1, 10 if seconds <= 120 else 60)


def _x(at: float, seconds: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(at, 0.0), seconds) / seconds, 1)


def _text(x: float, y: float, words: str, anchor: str = "end", kind: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _mark(mark: tuple[float, float, str], seconds: float, bottom: int) -> str:
    begin, end, name = mark
    left = _x(begin, seconds)
    width = max(2.0, _x(end, seconds) - left)
    return f'<rect class="mark" x="{left}" y="{TOP}" width="{width:.1f}" height="{bottom - TOP}"/>' + _text(
        left + 4, TOP - 8, name, "start"
    )


def _rates(counts: Sequence[tuple[float, Mapping[str, Any]]], seconds: float) -> list[str]:
    curves = {
        way: [
            (now[0], max(0, now[1][way]["bytes"] - before[1][way]["bytes"]) * 8 / 1000 / max(0.1, now[0] - before[0]))
            for before, now in pairwise(counts)
        ]
        for way in ("up", "down")
    }
    top = max([rate for curve in curves.values() for _at, rate in curve] + [1.0])
    parts = [
        f'<path class="grid" d="M{LEFT} {TOP + HIGH}H{WIDTH - RIGHT}M{LEFT} {TOP}H{WIDTH - RIGHT}"/>',
        _text(LEFT - 8, TOP + 6, f"{top:.0f} kbit/s"),
        _text(LEFT - 8, TOP + HIGH + 4, "0"),
        _text(LEFT - 8, TOP + 46, "sent", kind="up"),
        _text(LEFT - 8, TOP + 64, "received", kind="down"),
    ]
    for way, curve in curves.items():
        points = " ".join(f"{_x(at, seconds)},{TOP + HIGH * (1 - rate / top):.1f}" for at, rate in curve)
        parts.append(f'<polyline class="line {way}" points="{points}"/>')
    return parts


def _lane(seat: str, steps: Sequence[tuple[float, str]], top: int, seconds: float) -> list[str]:
    """The rungs of one seat as steps, the highest above."""
    path: list[str] = []
    last = 0.0
    for at, rung in steps:
        last = _height(RUNGS.index(rung), top) if rung in RUNGS else last
        path.append(f"{'H' if path else 'M'}{_x(at, seconds)}{'V' if path else ' '}{last:.1f}")
    levels = {RUNGS.index(rung) for _at, rung in steps if rung in RUNGS}
    marked = {min(levels), max(levels)} if levels else set()
    return [
        f'<path class="grid" d="M{LEFT} {top}H{WIDTH - RIGHT}M{LEFT} {top + LANE}H{WIDTH - RIGHT}"/>',
        _text(4, top - 6, seat, "start"),
        *(_text(LEFT - 8, _height(level, top) + 4, RUNGS[level]) for level in sorted(marked)),
        f'<path class="line rung" d="{"".join(path)}H{_x(seconds, seconds)}"/>',
    ]


def _height(level: int, top: int) -> float:
    return round(top + LANE * (1 - level / (len(RUNGS) - 1)), 1)
