"""One row, measured with one side: a reading each second while things happen, then the figures."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

from farward.cli.netlab.lab import Laboratory
from farward.cli.netlab.listen import HEARD, STEP, Recording, counters, heard
from farward.cli.netlab.score import read_voice, score

from .rows import PATIENT, Row
from .sides import Side

VOICES = Path(__file__).resolve().parents[2] / "farward" / "cli" / "rehearse" / "voices"
#: IP, UDP and the tag of SRTP: what each packet costs beside what the browser counts.
IP_UDP, SRTP_TAG = 28, 10
HALF_HOUR = 1800
#: A voice is back when three of five tenths of a second have sound: not at the first crackle.
BACK, OF = 3, 5


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

    @property
    def streams(self) -> Iterable[tuple[str, str]]:
        """Each speaker with each listener."""
        return permutations(self.places, 2)


def measure(side: Side, lab: Laboratory, row: Row, settle: float) -> Measured:
    """Wait until things have settled, then read each second, and let happen what the row says."""
    found = Measured(row, row.places)
    _wait(side, settle)
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
    """Of several recordings between two places, the longest: the others are of lines that carry no voice."""
    for listener, page in side.pages.items():
        for recording in heard(page):
            stream = (lab.place_of(recording.remote), listener)
            before = found.recordings.get(stream)
            if before is None or before.seconds < recording.seconds:
                found.recordings[stream] = recording


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(found: Measured) -> dict[str, Any]:
    """What goes into the table: the worst of all streams, and each stream by itself."""
    streams = [_stream(found, speaker, listener) for speaker, listener in found.streams]
    known = {
        "stoi_min": _worst(min, streams, "stoi"),
        "pesq_min": _worst(min, streams, "pesq"),
        "concealed_max": _worst(max, streams, "concealed"),
        "voice_kbps": _worst(max, streams, "voice_kbps"),
        "voice_limit_kbps": _worst(max, streams, "voice_limit_kbps"),
        "longest_gap_s": _worst(max, streams, "longest_gap_s"),
        "fps_min": _worst(min, streams, "fps"),
        "link": {place: _link(found, place) for place in found.places},
        "rungs": {place: _rungs(found.readings, place) for place in found.places},
        "streams": streams,
    }
    if found.row.pin:
        known["megabytes"] = max(link["megabytes_30min"] for link in known["link"].values())
    if found.outages:
        backs = [stream["recovery_s"] for stream in streams]
        known["recovery_s"] = None if None in backs else max(backs)
        pictures = [stream["picture_recovery_s"] for stream in streams]
        known["picture_recovery_s"] = None if None in pictures else max(pictures)
        known["entries_lost"] = found.missing
    return known


def _worst(pick: Any, streams: Sequence[Mapping[str, Any]], name: str) -> Any:
    values = [stream[name] for stream in streams if stream[name] is not None]
    return pick(values) if values else None


def _stream(found: Measured, speaker: str, listener: str) -> dict[str, Any]:
    """One voice and picture on its way from one person to another."""
    seconds = found.readings[-1].at - found.readings[0].at
    recording = found.recordings.get((speaker, listener))
    sent = {kind: _grown(found.readings, speaker, listener, "sent", kind) for kind in ("audio", "video")}
    got = {kind: _grown(found.readings, speaker=listener, listener=speaker, way="received", kind=kind)
           for kind in ("audio", "video")}  # fmt: skip
    picture = sent["video"]["bytes"] + sent["video"]["headers"] + sent["video"]["packets"] * (IP_UDP + SRTP_TAG)
    limit = sent["audio"]["bytes"] + sent["audio"]["packets"] * (12 + IP_UDP)
    scores = score(recording, read_voice(VOICES / f"{speaker}.wav"), _spans(found))
    return {
        "from": speaker,
        "to": listener,
        **scores,
        "concealed": round(got["audio"]["concealed"] / got["audio"]["samples"], 3) if got["audio"]["samples"] else None,
        "voice_kbps": _kbps(max(0, _flow(found.readings, speaker, listener) - picture), seconds),
        "voice_payload_kbps": _kbps(sent["audio"]["bytes"], seconds),
        "voice_packets_per_s": round(sent["audio"]["packets"] / seconds, 1),
        "voice_limit_kbps": _kbps(limit, seconds),
        "picture_kbps": _kbps(picture, seconds),
        "fps": round(got["video"]["frames"] / seconds, 1),
        "longest_gap_s": _longest_gap(found, recording),
        "recovery_s": _recovery(found, recording),
        "picture_recovery_s": _picture_recovery(found, speaker, listener),
    }


def _spans(found: Measured) -> list[tuple[float, float]]:
    """The stretches that are scored: all of it but the outages and two seconds after each."""
    edges = [found.readings[0].at]
    for start, end in found.outages:
        edges += [start, end + 2]
    edges.append(found.readings[-1].at)
    return list(zip(edges[::2], edges[1::2], strict=True))


def _kbps(size: float, seconds: float) -> float:
    return round(size * 8 / 1000 / seconds, 1)


def _grown(readings: Sequence[Reading], speaker: str, listener: str, way: str, kind: str) -> dict[str, float]:
    """How far the counters of one connection went. One that shrinks belongs to a new connection."""
    grown: dict[str, float] = {}
    for before, now in pairwise(readings):
        old = before.links.get(speaker, {}).get(listener, {}).get(way, {}).get(kind, {})
        for name, value in now.links.get(speaker, {}).get(listener, {}).get(way, {}).get(kind, {}).items():
            start = old.get(name, 0)
            grown[name] = grown.get(name, 0) + (value - start if value >= start else value)
    names = ("bytes", "headers", "packets", "frames", "concealed", "samples")
    return {name: grown.get(name, 0) for name in names}


def _flow(readings: Sequence[Reading], speaker: str, listener: str) -> int:
    """Bytes of IP that one place has offered to another."""
    first, last = (
        sum(flow["udp_bytes"] for flow in reading.lab["flows"] if (flow["from"], flow["to"]) == (speaker, listener))
        for reading in (readings[0], readings[-1])
    )
    return int(last - first)


def _link(found: Measured, place: str) -> dict[str, Any]:
    """What one person's access link carried, everything included."""
    first, last = (reading.lab["links"][place] for reading in (found.readings[0], found.readings[-1]))
    seconds = found.readings[-1].at - found.readings[0].at
    offered = {way: last[way]["bytes"] - first[way]["bytes"] for way in ("up", "down")}
    packets = sum(last[way]["packets"] - first[way]["packets"] for way in ("up", "down"))
    through = sum(last[way]["delivered"] - first[way]["delivered"] for way in ("up", "down"))
    return {
        "up_kbps": _kbps(offered["up"], seconds),
        "down_kbps": _kbps(offered["down"], seconds),
        "lost": round(1 - through / packets, 3) if packets else 0.0,
        "megabytes_30min": round(sum(offered.values()) * HALF_HOUR / seconds / 1e6, 1),
    }


def _rungs(readings: Sequence[Reading], place: str) -> list[list[Any]]:
    """Each change: seconds, rung, reason."""
    changes: list[list[Any]] = []
    for reading in readings:
        now = reading.rungs.get(place)
        if now and (not changes or changes[-1][1] != now["rung"]):
            changes.append([round(reading.at - readings[0].at, 1), now["rung"], now["reason"]])
    return changes


def _longest_gap(found: Measured, recording: Recording | None) -> float | None:
    """The longest time without a voice; after a fall of the link, where the row has one. Cuts do not count."""
    if recording is None:
        return None
    start = found.falls[0] if found.falls else found.readings[0].at
    longest = run = 0.0
    for at, level in recording.loudness():
        cut = any(begin - 1 <= at <= end + 2 for begin, end in found.outages)
        run = 0.0 if level >= HEARD or at < start or cut else run + STEP
        longest = max(longest, run)
    return round(longest, 1)


def _recovery(found: Measured, recording: Recording | None) -> float | None:
    """The longest time from the return of the link to that of the voice; None if it never came back, or was not cut."""
    if recording is None or not found.outages:
        return None
    curve = recording.loudness()
    times = [_back(curve, end) for _start, end in found.outages]
    return None if None in times else round(max(time for time in times if time is not None), 1)


def _back(curve: Sequence[tuple[float, float]], end: float) -> float | None:
    after = [(at, level >= HEARD) for at, level in curve if at >= end]
    for place, (at, sounds) in enumerate(after):
        if sounds and sum(loud for _at, loud in after[place : place + OF]) >= BACK:
            return at - end
    return None


def _picture_recovery(found: Measured, speaker: str, listener: str) -> float | None:
    """The same for the picture, to the second; None where there was none before."""
    times = [_picture_back(found.readings, speaker, listener, end) for _start, end in found.outages]
    return None if not times or None in times else round(max(time for time in times if time is not None), 1)


def _picture_back(readings: Sequence[Reading], speaker: str, listener: str, end: float) -> float | None:
    for before, now in pairwise(readings):
        if before.at >= end and _frames(now, speaker, listener) != _frames(before, speaker, listener):
            return now.at - end
    return None


def _frames(reading: Reading, speaker: str, listener: str) -> int:
    return int(reading.links.get(listener, {}).get(speaker, {}).get("received", {}).get("video", {}).get("frames", 0))
