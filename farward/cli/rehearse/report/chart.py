"""The timeline: phases and faults above, and below for each seat the sound that reached it from the two others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from farward.cli.rehearse.ears import ROLES, SCENES, Reading
from farward.cli.rehearse.record import Mark, Record

WIDTH, LEFT, RIGHT = 1120, 128, 12
PHASE_TOP, PHASE_HIGH = 8, 44
MARK_TOP, MARK_HIGH = 58, 24
PANEL_TOP, PANEL_HIGH, PANEL_GAP = 118, 92, 16
FLOOR_DB, TOP_DB = -60.0, -8.0

TITLES = {scene.key: scene.title for scene in SCENES}


def draw_timeline(record: Record) -> str:
    """The whole drawing as one SVG element."""
    bottom = PANEL_TOP + len(ROLES) * (PANEL_HIGH + PANEL_GAP)
    seconds = max(record.seconds, 1.0)
    parts = _phases(record, seconds, bottom)
    for place, listener in enumerate(ROLES):
        parts += _panel(listener, PANEL_TOP + place * (PANEL_HIGH + PANEL_GAP), record.readings, seconds)
    parts += _marks(record.marks, seconds, bottom)
    parts += _clock(seconds, bottom)
    return (
        f'<svg viewBox="0 0 {WIDTH} {bottom + 26}" role="img" aria-labelledby="timeline-title timeline-text">'
        '<title id="timeline-title">The rehearsal over time</title>'
        '<desc id="timeline-text">Phases, faults, and the sound level each seat received from the two others.</desc>'
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>' + "".join(parts) + "</svg>"
    )


def _x(at: float, seconds: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(at, seconds) / seconds, 1)


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def _phases(record: Record, seconds: float, bottom: int) -> list[str]:
    """A band for each phase; their names stand in two rows so that short phases do not collide."""
    starts = [("huddle", 0.0), *record.phases]
    ends = [at for _key, at in record.phases] + [seconds]
    parts, names = [_text(LEFT - 12, PHASE_TOP + 27, "Phase", "lane", "end")], []
    for place, ((key, start), end) in enumerate(zip(starts, ends, strict=True)):
        left, right = _x(start, seconds), _x(end, seconds)
        parts.append(
            f'<rect class="phase p{place % 2}" x="{left}" y="{PHASE_TOP}" width="{max(right - left - 1, 1)}" '
            f'height="{PHASE_HIGH}" rx="4"/>'
            f'<path class="grid" d="M{left} {PHASE_TOP + PHASE_HIGH}V{bottom - PANEL_GAP + 6}"/>'
        )
        names.append(_text(left + 6, PHASE_TOP + 18 + 16 * (place % 2), TITLES.get(key, key), "name"))
    return parts + names


def _marks(marks: Sequence[Mark], seconds: float, bottom: int) -> list[str]:
    """Stretches with their names, in two rows so that neighbours do not collide."""
    parts = []
    for place, mark in enumerate(marks):
        top = MARK_TOP + MARK_HIGH * (place % 2)
        left, right = _x(mark.start, seconds), _x(mark.end, seconds)
        kind = "fault" if mark.fault else "event"
        if mark.fault:
            parts.append(
                f'<rect fill="url(#hatch)" x="{left}" y="{top}" width="{right - left}" '
                f'height="{bottom - PANEL_GAP - top}"/>'
            )
        parts.append(f'<rect class="{kind}" x="{left}" y="{top}" width="{max(right - left, 3)}" height="5" rx="2.5"/>')
        late = left > WIDTH * 0.8
        parts.append(_text(right if late else left, top + 18, mark.text, kind, "end" if late else "start"))
    return parts


def _height(level: float) -> float:
    """A level as a share of half a panel, by decibels."""
    if level <= 0:
        return 0.0
    return min(1.0, max(0.0, (20 * math.log10(level) - FLOOR_DB) / (TOP_DB - FLOOR_DB)))


def _panel(listener: str, top: int, readings: Sequence[Reading], seconds: float) -> list[str]:
    """What one seat received: one voice above the line, the other below."""
    middle = top + PANEL_HIGH / 2
    half = PANEL_HIGH / 2 - 4
    parts = [
        f'<rect class="panel" x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{PANEL_HIGH}" rx="4"/>',
        _text(LEFT - 12, middle + 4, listener.capitalize(), "lane strong", "end"),
    ]
    for source, up in zip([role for role in ROLES if role != listener], (-1, 1), strict=True):
        own = [reading for reading in readings if (reading.listener, reading.source) == (listener, source)]
        parts.append(f'<path class="voice {source}" d="{_area(own, middle, up * half, seconds)}"/>')
        parts.append(_text(LEFT - 12, middle + up * 24 + 4, f"← {source}", f"of {source}", "end"))
    parts.append(f'<path class="axis" d="M{LEFT} {middle}H{WIDTH - RIGHT}"/>')
    return parts


def _area(readings: Sequence[Reading], middle: float, half: float, seconds: float) -> str:
    """Steps, as measured: each reading holds for the time it was taken over."""
    steps = []
    for reading in readings:
        height = round(middle + half * _height(reading.level), 1)
        left, right = _x(reading.at - reading.seconds, seconds), _x(reading.at, seconds)
        steps.append(f"M{left} {middle}V{height}H{right}V{middle}Z")
    return "".join(steps)


def _clock(seconds: float, bottom: int) -> list[str]:
    step = 15 if seconds < 150 else 30 if seconds < 400 else 60
    y = bottom + 8
    return [
        _text(_x(at, seconds), y, f"{at // 60}:{at % 60:02d}", "clock", "middle")
        for at in range(0, math.floor(seconds) + 1, step)
    ]
