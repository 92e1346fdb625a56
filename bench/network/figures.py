"""What becomes of a measured row: its figures, the worst of all streams, and each stream by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from farward.cli.netlab.listen import HEARD, STEP, Recording
from farward.cli.netlab.score import read_voice, score

from .measure import Measured, Reading
from .rows import PATIENT
from .stand import VOICES

#: IP, UDP and the tag of SRTP: what each packet costs beside what the browser counts.
IP_UDP, SRTP_TAG = 28, 10
#: The same for a message over a data channel: IP, UDP, DTLS, SCTP and the head of its chunk.
MESSAGE = 93
#: A still in pieces has more than this.
STILL_BYTES = 1000
HALF_HOUR = 1800
#: A voice is back when three of five tenths of a second have sound: not at the first crackle.
BACK, OF = 3, 5
#: Packet lengths that calls use, in ms.
LENGTHS = (20, 40, 60, 120)
#: Of the voice that costs most.
DEAREST = ("voice_kbps", "voice_payload_kbps", "voice_packet_ms", "voice_limit_kbps")
#: Rungs on which there is no live voice.
NOT_LIVE = {"text", "clip"}


def figures(found: Measured) -> dict[str, Any]:
    """What goes into the table and the JSON."""
    streams = [_stream(found, speaker, listener) for speaker, listener in found.streams]
    # Gaps and what was concealed are counted over all of the time: of voices that were live throughout.
    live = [stream for stream in streams if not (found.row.clips and stream["on_clips"])]
    dearest = max(streams, key=lambda stream: float(stream["voice_kbps"]))
    known: dict[str, Any] = {}
    if not found.row.pin:
        known |= {
            "stoi_min": _worst(min, streams, "stoi"),
            "stoi_worst_piece": _worst(min, streams, "stoi_worst"),
            "pesq_min": _worst(min, streams, "pesq"),
            "concealed_max": _worst(max, live, "concealed"),
            "longest_gap_s": _worst(max, live, "longest_gap_s"),
            "on_clips": sum(stream["on_clips"] for stream in streams),
        }
    known |= {name: dearest[name] for name in DEAREST}
    known |= {
        "picture_fps": _worst(min, streams, "fps"),
        "patient_seen_by": sum(stream["from"] == PATIENT and bool(stream["seen"]) for stream in streams),
        "load": round(found.load, 1),
        "link": {place: _link(found, place) for place in found.places},
        "rungs": {place: _rungs(found.readings, place) for place in found.places},
        "streams": streams,
    }
    if found.row.pin:
        known["megabytes"] = max(link["megabytes_30min"] for link in known["link"].values())
    if found.outages:
        known["recovery_s"] = _latest(stream["recovery_s"] for stream in streams)
        known["picture_recovery_s"] = _latest(stream["picture_recovery_s"] for stream in streams)
        known["entries_lost"] = found.missing
    return known


def _latest(times: Iterable[float | None]) -> float | None:
    """The longest of these, or None if one of them never came."""
    known = list(times)
    return max(time for time in known if time is not None) if known and None not in known else None


def _worst(pick: Any, streams: Sequence[Mapping[str, Any]], name: str) -> Any:
    values = [stream[name] for stream in streams if stream[name] is not None]
    return pick(values) if values else None


def _stream(found: Measured, speaker: str, listener: str) -> dict[str, Any]:
    """One voice and picture on its way from one person to another."""
    seconds = found.readings[-1].at - found.readings[0].at
    recording = found.recordings.get((speaker, listener))
    sent = {kind: _grown(found.readings, speaker, listener, "sent", kind) for kind in ("audio", "video", "data")}
    got = {kind: _grown(found.readings, listener, speaker, "received", kind) for kind in ("audio", "video", "data")}
    picture = sent["video"]["bytes"] + sent["video"]["headers"] + sent["video"]["packets"] * (IP_UDP + SRTP_TAG)
    picture += sent["data"]["bytes"] + sent["data"]["packets"] * MESSAGE
    voice, packets = sent["audio"]["bytes"], sent["audio"]["packets"]
    scores: dict[str, Any] = {}
    if not found.row.pin:
        scores = score(recording, read_voice(VOICES / f"{speaker}.wav"), _live_spans(found, speaker, listener))
        scores["longest_gap_s"] = _longest_gap(found, recording)
    return {
        "from": speaker,
        "to": listener,
        **scores,
        "on_clips": any(_is_on_clips(reading, speaker, listener) for reading in found.readings),
        "concealed": round(got["audio"]["concealed"] / got["audio"]["samples"], 3) if got["audio"]["samples"] else None,
        "voice_kbps": _kbps(max(0, _flow(found.readings, speaker, listener) - picture), seconds),
        "voice_payload_kbps": _kbps(voice, seconds),
        "voice_packets_per_s": round(packets / seconds, 1),
        "voice_packet_ms": _packet_ms(found.readings, speaker, listener),
        "voice_limit_kbps": _kbps(voice + packets * (12 + IP_UDP), seconds),
        "picture_kbps": _kbps(picture, seconds),
        "fps": round(got["video"]["frames"] / seconds, 1),
        "seen": got["video"]["frames"] > 0 or got["data"]["bytes"] > STILL_BYTES,
        "recovery_s": _recovery(found, recording),
        "picture_recovery_s": _picture_recovery(found, speaker, listener),
    }


def _is_on_clips(reading: Reading, speaker: str, listener: str) -> bool:
    """Whether the ladder of the speaker has chosen voice notes or text for this listener."""
    now = reading.rungs.get(speaker) or {}
    return now.get("to", {}).get(listener, now.get("rung")) in NOT_LIVE


def _packet_ms(readings: Sequence[Reading], speaker: str, listener: str) -> int | None:
    """How much sound one packet carries: the shortest time in which one went out, to the lengths that Opus has."""
    rates = []
    for before, now in pairwise(readings):
        sent = _grown([before, now], speaker, listener, "sent", "audio")["packets"]
        rates.append(sent / (now.at - before.at))
    fastest = sorted(rates)[len(rates) * 3 // 4] if rates else 0
    return min(LENGTHS, key=lambda length: abs(1000 / fastest - length)) if fastest >= 1 else None


def _live_spans(found: Measured, speaker: str, listener: str) -> list[tuple[float, float]]:
    """What is scored of one voice: where voice notes will do, only while it was live, if that was half of the time."""
    if not found.row.clips:
        return _spans(found, found.outages)
    notes = [(before.at, now.at) for before, now in pairwise(found.readings) if _is_on_clips(before, speaker, listener)]
    live = _spans(found, notes)
    # A mean over three or four pieces says little.
    seconds = found.readings[-1].at - found.readings[0].at
    return live if sum(end - start for start, end in live) >= seconds / 2 else []


def _spans(found: Measured, silent: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The stretches that are scored: all of it but those and two seconds after each."""
    spans, start = [], found.readings[0].at
    for begin, end in silent:
        if begin > start:
            spans.append((start, begin))
        start = end + 2
    if found.readings[-1].at > start:
        spans.append((start, found.readings[-1].at))
    return spans


def _kbps(size: float, seconds: float) -> float:
    return round(size * 8 / 1000 / seconds, 1)


def _grown(readings: Sequence[Reading], speaker: str, listener: str, way: str, kind: str) -> dict[str, float]:
    """How far the counters of one connection went. One that shrinks belongs to a new connection."""
    grown: dict[str, float] = {}
    last = _counts(readings[0], speaker, listener, way, kind)
    for reading in readings[1:]:
        # A connection that looks for its path is in no reading, and goes on from where it was.
        now = _counts(reading, speaker, listener, way, kind) or last
        for name, value in now.items():
            start = last.get(name, 0)
            grown[name] = grown.get(name, 0) + (value - start if value >= start else value)
        last = now
    names = ("bytes", "headers", "packets", "frames", "concealed", "samples")
    return {name: grown.get(name, 0) for name in names}


def _counts(reading: Reading, speaker: str, listener: str, way: str, kind: str) -> Mapping[str, float]:
    counts: Mapping[str, float] = reading.links.get(speaker, {}).get(listener, {}).get(way, {}).get(kind, {})
    return counts


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
    shown = 0.0
    for reading in readings:
        frames = _counts(reading, listener, speaker, "received", "video").get("frames", 0)
        if reading.at >= end and frames not in (0, shown):
            return reading.at - end
        shown = frames or shown
    return None
