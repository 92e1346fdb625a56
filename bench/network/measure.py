"""One row, measured with one side: a reading each second while things happen, and the sound that was heard."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from farward.cli.netlab.lab import Laboratory
from farward.cli.netlab.listen import Recording, counters, heard, joined

from .rows import PATIENT, Row
from .sides import Side


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that counts, at one moment of the wall clock."""

    at: float
    links: Mapping[str, Mapping[str, Mapping[str, Any]]]
    lab: Mapping[str, Any]
    rungs: Mapping[str, Any]


@dataclass
class Measured:
    """A row as it was measured with one side."""

    row: Row
    places: tuple[str, ...]
    readings: list[Reading] = field(default_factory=list)
    recordings: dict[tuple[str, str], Recording] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    falls: list[float] = field(default_factory=list)
    missing: int | None = None
    load: float = 0.0

    @property
    def streams(self) -> Iterable[tuple[str, str]]:
        """Each speaker with each listener."""
        return permutations(self.places, 2)


def measure(side: Side, lab: Laboratory, row: Row) -> Measured:
    """Wait until things have settled, then read each second, and let happen what the row says."""
    found = Measured(row, row.places)
    _wait(side, row.settle)
    for page in side.pages.values():
        heard(page)
    began, texts, events = time.time(), [], list(row.events)
    while time.time() - began < row.seconds:
        while events and time.time() - began >= events[0].at:
            event = events.pop(0)
            if event.cut:
                lab.cut(PATIENT, event.cut)
                found.outages.append((time.time(), time.time() + event.cut))
                texts.append(f"Written in outage {len(found.outages)}.")
                side.write(texts[-1])
            else:
                lab.change(PATIENT, event.profile)
                found.falls.append(time.time())
        found.readings.append(_read(side, lab))
        _wait(side, max(0.05, 1 - (time.time() - found.readings[-1].at)))
    found.readings.append(_read(side, lab))
    found.load = os.getloadavg()[0]
    _keep_recordings(found, side, lab)
    if texts:
        found.missing = side.missing(texts)
    return found


def _wait(side: Side, seconds: float) -> None:
    # Playwright's own waiting goes on listening to the pages.
    next(iter(side.pages.values())).wait_for_timeout(seconds * 1000)


def _read(side: Side, lab: Laboratory) -> Reading:
    at = time.time()
    links = {
        place: {lab.place_of(link["remote"]): link for link in counters(page) if lab.place_of(link["remote"])}
        for place, page in side.pages.items()
    }
    return Reading(at, links, lab.stats(), side.rungs())


def _keep_recordings(found: Measured, side: Side, lab: Laboratory) -> None:
    for listener, page in side.pages.items():
        voices: dict[str, list[Recording]] = defaultdict(list)
        for recording in heard(page):
            voices[lab.place_of(recording.remote)].append(recording)
        # A connection that never came up leads nowhere.
        voices.pop("", None)
        for speaker, recordings in voices.items():
            found.recordings[speaker, listener] = joined(recordings)
