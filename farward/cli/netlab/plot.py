"""A drawing of one link over time: its rates, and below them the rung of each seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

RUNGS = ("text", "clip", "voice", "stills", "thumb", "video", "hd")
WIDTH, LEFT, RIGHT = 720, 96, 10
TOP, HIGH, GAP, LANE = 24, 120, 26, 66

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:currentColor}.grid{stroke:currentColor;opacity:.15}"
    ".line{fill:none;stroke-width:2}.up{stroke:#c2410c}.down{stroke:#0f766e}.rung{stroke:#4f46e5}"
    ".mark{fill:#b91c1c;opacity:.18}text.up{fill:#c2410c;stroke:none}text.down{fill:#0f766e;stroke:none}"
)


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
    parts += [_text(_x(at, seconds), bottom + 18, f"{at} s", "middle") for at in range(0, int(seconds) + 1, 10)]
    return (
        f'<svg viewBox="0 0 {WIDTH} {bottom + 26}" role="img" aria-label="{escape(title)}: rate and rung over time">'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>"
    )


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
        last = top + LANE * (1 - RUNGS.index(rung) / (len(RUNGS) - 1)) if rung in RUNGS else last
        path.append(f"{'H' if path else 'M'}{_x(at, seconds)}{'V' if path else ' '}{last:.1f}")
    names = list(dict.fromkeys(rung for _at, rung in steps))
    return [
        f'<path class="grid" d="M{LEFT} {top}H{WIDTH - RIGHT}M{LEFT} {top + LANE}H{WIDTH - RIGHT}"/>',
        _text(LEFT - 8, top + LANE / 2, seat),
        _text(LEFT - 8, top + LANE / 2 + 16, names[-1]),
        f'<path class="line rung" d="{"".join(path)}H{_x(seconds, seconds)}"/>',
    ]
