"""Figures of a timeline, each to be shown with how it was obtained. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from farward.media.wiring import CONVERSATION

from .spans import Span, overlap, total
from .timeline import Lane, Timeline


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """One person in numbers; times in seconds."""

    author: str
    here: float
    talk: float
    talk_share: int | None
    messages: int
    gaps: int
    gap_seconds: float
    weak: float
    bad: float


@dataclass(frozen=True, slots=True)
class Supervision:
    """One preceptor during one phase: how long it lasted, how long they were here, and by which stance."""

    phase: str
    lasted: float
    here: float
    listening: float
    whispering: float
    joined_in: float
    chooses: bool


def phase_seconds(timeline: Timeline) -> list[tuple[str, float]]:
    """How long each phase lasted, in the order in which they first came; a phase entered twice is added up."""
    seconds: dict[str, float] = {}
    for span in timeline.phases:
        seconds[span.what] = seconds.get(span.what, 0) + span.seconds
    return list(seconds.items())


def seat_figures(timeline: Timeline) -> list[SeatFigures]:
    """Everybody who was there."""
    spoken = sum(total(lane.talk) for lane in timeline.lanes.values())
    return [_figures(author, lane, spoken) for author, lane in timeline.lanes.items() if lane.presence]


def _figures(author: str, lane: Lane, spoken: float) -> SeatFigures:
    talk = total(lane.talk)
    gaps = [span for span in lane.presence if span.what == "lost"]
    return SeatFigures(
        author=author,
        here=total(span for span in lane.presence if span.what == "joined"),
        talk=talk,
        talk_share=round(100 * talk / spoken) if spoken else None,
        messages=lane.messages,
        gaps=len(gaps),
        gap_seconds=total(gaps),
        weak=total(span for span in lane.link if span.what == "weak"),
        bad=total(span for span in lane.link if span.what == "bad"),
    )


def supervision(timeline: Timeline, author: str) -> list[Supervision]:
    """What one preceptor did in each phase."""
    lane = timeline.lanes.get(author, Lane())
    here = [span for span in lane.presence if span.what == "joined"]
    return [_supervised(timeline, lane, here, phase, lasted) for phase, lasted in phase_seconds(timeline)]


def _supervised(timeline: Timeline, lane: Lane, here: list[Span], phase: str, lasted: float) -> Supervision:
    present = overlap(here, [span for span in timeline.phases if span.what == phase])
    stances = overlap(lane.stance, present)
    seconds = {what: total(span for span in stances if span.what == what) for what in ("listening", "whisper", "in")}
    return Supervision(
        phase=phase,
        lasted=lasted,
        here=total(present),
        listening=seconds["listening"],
        whispering=seconds["whisper"],
        joined_in=seconds["in"],
        chooses=phase in CONVERSATION,
    )
