"""Stretches of time, in seconds since the encounter began. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, with what it was."""

    start: float
    end: float
    what: str = ""

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Track:
    """Something that is one thing at a time, such as a phase or a presence: each change ends what was before."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._what = ""
        self._since = 0.0

    def change(self, at: float, what: str) -> None:
        """From now on it is `what`; empty for nothing."""
        if what == self._what:
            return
        self.stop(at)
        self._what, self._since = what, at

    def stop(self, at: float) -> None:
        """It ends here."""
        if self._what and at > self._since:
            self.spans.append(Span(self._since, at, self._what))
        self._what, self._since = "", at


def total(spans: Iterable[Span]) -> float:
    """How long they last together."""
    return sum(span.seconds for span in spans)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order; a moment counted once however often it was reported."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end), merged[-1].what)
        else:
            merged.append(span)
    return merged


def clip(spans: Iterable[Span], start: float, end: float) -> list[Span]:
    """The parts that lie between `start` and `end`."""
    cut = [Span(max(span.start, start), min(span.end, end), span.what) for span in spans]
    return [span for span in cut if span.end > span.start]


def overlap(spans: Iterable[Span], within: Iterable[Span]) -> list[Span]:
    """The parts of `spans` that lie inside any of `within`; each keeps what it was."""
    windows = list(within)
    return [part for window in windows for part in clip(spans, window.start, window.end)]
