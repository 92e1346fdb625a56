"""The journal as a timeline: who was there, who spoke, how good each connection was, what was marked. Pure.

It is built from the entries that its reader may see, so an observer's timeline shows less than a preceptor's.
Times are the server's own (`received`), except talk, which devices time by the server's clock as they know it, and
stills, whose number carries the moment they were taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from farward.encounters import entries as kinds
from farward.media.wiring import CONVERSATION, WHISPER

from .spans import Span, Track, clip, merge, overlap


@dataclass(frozen=True, slots=True)
class Line:
    """One decoded entry."""

    author: str
    received: datetime
    payload: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at one moment, such as a mark or a still."""

    at: float
    kind: str
    author: str
    text: str = ""
    capture: UUID | None = None
    shows: UUID | None = None
    # Of a change of rung: what there was from then on, and why.
    change: tuple[str, str] | None = None


@dataclass(slots=True)
class Lane:
    """What is known of one seat."""

    presence: list[Span] = field(default_factory=list)
    talk: list[Span] = field(default_factory=list)
    link: list[Span] = field(default_factory=list)
    stance: list[Span] = field(default_factory=list)
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """An encounter from the first who came to its close, or to its last entry while it is not closed."""

    begins: datetime
    seconds: float
    phases: list[Span]
    lanes: dict[str, Lane]
    moments: list[Moment]

    def when(self, at: float) -> datetime:
        return self.begins + timedelta(seconds=at)


def build_timeline(lines: Sequence[Line]) -> Timeline | None:
    """The timeline of these entries; None if nobody came."""
    begins = next((line.received for line in lines if _is_join(line.payload)), None)
    if begins is None:
        return None
    builder = _Builder(begins)
    for line in lines:
        if line.received >= begins and not builder.closed:
            builder.take(line)
    return builder.finish()


def _is_join(payload: msgspec.Struct) -> bool:
    return isinstance(payload, kinds.PresenceChange) and payload.state == "joined"


#: In which phases each stance means something: the same as in the wiring of the room.
_COUNTS = (("listening", CONVERSATION), ("in", CONVERSATION), ("whisper", WHISPER))


def _of(spans: list[Span], what: str, phases: list[Span], where: AbstractSet[str]) -> list[Span]:
    return overlap([span for span in spans if span.what == what], [phase for phase in phases if phase.what in where])


class _Seat:
    """The tracks of one seat while the journal is read."""

    def __init__(self) -> None:
        self.lane = Lane()
        self.presence, self.link, self.stance = Track(), Track(), Track()
        self.chosen = "away"

    def leave(self, at: float) -> None:
        self.link.change(at, "")
        self.stance.change(at, "")
        self.chosen = "away"

    def finish(self, at: float, phases: list[Span]) -> Lane:
        for track in (self.presence, self.link, self.stance):
            track.stop(at)
        lane = self.lane
        lane.presence, lane.link = self.presence.spans, self.link.spans
        # A stance that was chosen in the interview says nothing in the hallway after it.
        lane.stance = [span for what, where in _COUNTS for span in _of(self.stance.spans, what, phases, where)]
        lane.talk = clip(merge(lane.talk), 0, at)
        return lane


class _Builder:
    """Reads entries in order."""

    def __init__(self, begins: datetime) -> None:
        self.begins = begins
        self.phases = Track()
        self.phases.change(0, "huddle")
        self.seats: dict[str, _Seat] = {}
        self.moments: list[Moment] = []
        self.last = 0.0
        self.closed = False

    def take(self, line: Line) -> None:
        at = self._seconds(line.received)
        if self._take(line, at):
            self.last = max(self.last, at)

    def finish(self) -> Timeline:
        self.phases.stop(self.last)
        lanes = {author: seat.finish(self.last, self.phases.spans) for author, seat in self.seats.items()}
        moments = sorted(self.moments, key=lambda moment: moment.at)
        return Timeline(self.begins, self.last, self.phases.spans, lanes, moments)

    def _take(self, line: Line, at: float) -> bool:
        """Take one entry in. Whether it belongs to the course of the encounter, and so makes it longer."""
        match line.payload:
            case kinds.PresenceChange(seat=seat, state=state):
                self._presence(self._seat(f"seat:{seat}"), at, state)
            case kinds.PhaseMove(to=to):
                self.phases.change(at, to)
                self.closed = to == "closed"
            case kinds.Talk(spans=spans):
                self._talk(self._seat(line.author), spans)
            case kinds.Link(quality=quality):
                self._seat(line.author).link.change(at, quality)
            case kinds.StanceChange(stance=stance):
                self._stance(self._seat(line.author), at, stance)
            case kinds.Whisper(on=on):
                self._whisper(self._seat(line.author), at, on)
            case kinds.Message() | kinds.ClipSent():
                self._seat(line.author).lane.messages += 1
            case kinds.Question(text=text) | kinds.Answer(text=text):
                # By messages these are the supervision: what was asked and answered, and when.
                self._seat(line.author).lane.messages += 1
                asked = isinstance(line.payload, kinds.Question)
                self._add(Moment(at, "question" if asked else "answer", line.author, text))
            case _:
                return self._moment(line, at)
        return True

    def _moment(self, line: Line, at: float) -> bool:
        match line.payload:
            case kinds.Mark(label=label, text=text):
                self._add(Moment(at, "mark", line.author, text or label))
            case kinds.Still(capture=capture, shows=shows, caption=caption):
                self._add(Moment(self._taken(capture, at), "still", line.author, caption or "", capture, shows))
            case kinds.Hand(up=True):
                self._add(Moment(at, "hand", line.author))
            case kinds.RungChange(rung=rung, reason=reason):
                self._add(Moment(at, "rung", line.author, change=(rung, reason)))
            case kinds.Help(text=text):
                self._add(Moment(at, "help", line.author, text or ""))
            case _:
                return False
        return True

    def _add(self, moment: Moment) -> None:
        self.moments.append(moment)

    def _presence(self, seat: _Seat, at: float, state: str) -> None:
        seat.presence.change(at, "" if state == "left" else state)
        if state == "left":
            seat.leave(at)

    def _talk(self, seat: _Seat, spans: Iterable[tuple[int, int]]) -> None:
        began = self.begins.timestamp()
        seat.lane.talk += [Span(start / 1000 - began, end / 1000 - began) for start, end in spans if end > start]

    def _whisper(self, seat: _Seat, at: float, on: bool) -> None:
        # Who whispers listens, and goes on listening after the whisper.
        seat.chosen = "listening" if seat.chosen == "away" else seat.chosen
        seat.stance.change(at, "whisper" if on else seat.chosen)

    def _stance(self, seat: _Seat, at: float, stance: str) -> None:
        seat.chosen = stance
        seat.stance.change(at, "" if stance == "away" else stance)

    def _taken(self, capture: UUID, received: float) -> float:
        """When a still was taken, by its number: it may have waited for the network. Never after it came in."""
        if capture.version != 7:
            return received
        taken = (capture.int >> 80) / 1000 - self.begins.timestamp()
        return min(max(taken, 0.0), received)

    def _seconds(self, moment: datetime) -> float:
        return (moment - self.begins).total_seconds()

    def _seat(self, author: str) -> _Seat:
        return self.seats.setdefault(author, _Seat())
