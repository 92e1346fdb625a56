"""What is left of a run in figures: the table, and the JSON of docs/performance."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .rows import ROWS

#: The figures of the table: name in the JSON, words, unit.
COLUMNS = (
    ("stoi_min", "STOI, worst stream", ""),
    ("pesq_min", "PESQ, worst stream", ""),
    ("on_clips", "voices on clips, by choice of the ladder", ""),
    ("voice_kbps", "voice on the wire", "kbit/s"),
    ("voice_payload_kbps", "of it, Opus itself", "kbit/s"),
    ("voice_packet_ms", "sound in a packet", "ms"),
    ("voice_limit_kbps", "limit: Opus, RTP, UDP, IP", "kbit/s"),
    ("picture_fps", "pictures a second, worst stream", ""),
    ("patient_seen_by", "the patient is seen by", ""),
    ("longest_gap_s", "longest gap", "s"),
    ("recovery_s", "voice back", "s"),
    ("picture_recovery_s", "picture back", "s"),
    ("entries_lost", "entries lost", ""),
    ("megabytes", "a seat, 30 minutes", "MB"),
    ("join_s", "first word after", "s"),
)
SHORT = (
    "stoi_min", "pesq_min", "voice_kbps", "picture_fps", "patient_seen_by", "recovery_s", "picture_recovery_s",
    "entries_lost", "longest_gap_s", "megabytes", "join_s", "load",
)  # fmt: skip
SIDES = ("farward", "baseline")
#: Figures that say nothing where there is nothing of the kind.
SILENT_ZEROS = {"on_clips", "picture_fps", "patient_seen_by"}
#: Opus rates and packet lengths that voices use, for the limits.
VOICES = ((6000, 120), (8000, 120), (8000, 60), (12000, 60), (16000, 60), (24000, 20), (32000, 20))
HEADER_BYTES = 12 + 8 + 20


def limits() -> list[dict[str, float]]:
    """What a voice must cost at least: Opus's own rate, and the headers of RTP, UDP and IP at that packet length."""
    return [
        {"bitrate": bitrate, "ptime": ptime, "kbps": round((bitrate + HEADER_BYTES * 8 * 1000 / ptime) / 1000, 1)}
        for bitrate, ptime in VOICES
    ]


def held(result: Mapping[str, Any]) -> bool | None:
    """Whether all bounds of a row hold."""
    return all(held is not False for _bound, held in result["bounds"].values()) and "failed" not in result["farward"]


def in_short(name: str, found: Mapping[str, Any]) -> str:
    """One line of progress."""
    words = [f"{figure} {found[figure]}" for figure in SHORT if found.get(figure) is not None]
    words += [f"{step} {seconds}" for step, seconds in found.get("join_steps", {}).items()]
    return f"{name}: {', '.join(words) or 'nothing heard'}"


def table(results: Mapping[str, Any]) -> str:
    """Both columns for people at a terminal or in Markdown."""
    lines = ["| network | figure | Farward | plain call | bound |", "| --- | --- | ---: | ---: | --- |"]
    for result in results.values():
        bounds = result.get("bounds", {})
        if any("failed" in result[side] for side in SIDES):
            said = ("failed: " + result[side]["failed"] if "failed" in result[side] else "" for side in SIDES)
            lines.append(f"| {result['title']} | | {' | '.join(said)} | |")
        for figure, words, unit in COLUMNS:
            mine, other = (show(result[side], figure, unit) for side in SIDES)
            if mine == other == "":
                continue
            bound, holds = bounds.get(figure, ("", None))
            mark = {True: " ✓", False: " ✗ missed", None: ""}[holds]
            lines.append(f"| {result['title']} | {words} | {mine} | {other} | {bound}{mark} |")
    return "\n".join(lines) + "\n"


def table_of(kept: Mapping[str, Any]) -> str:
    """The table of docs/performance/network.json."""
    return table(results_of(kept))


def results_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The results of the rows as a run has them, from docs/performance/network.json."""
    return {
        name: {**profile, "farward": profile, "baseline": profile["baseline"]}
        for name, profile in kept["profiles"].items()
    }


def show(found: Mapping[str, Any], figure: str, unit: str) -> str:
    """One figure for people; empty where there is nothing to say."""
    if figure not in found:
        return ""
    value = found[figure]
    if value is None:
        return "never" if figure.endswith("_s") else ""
    if figure in SILENT_ZEROS and not value:
        return ""
    return f"{value:g} {unit}".strip()


def keep(results: Mapping[str, Any], path: Path, emulator: Mapping[str, Any]) -> dict[str, Any]:
    """Write docs/performance/network.json, and return it. Rows that were not measured now stay as they were."""
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    profiles = before.get("profiles", {}) | {name: _as_profile(result) for name, result in results.items()}
    kept = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "emulator": emulator or before.get("emulator", {}),
        "opus_limit": limits(),
        "profiles": {row.name: profiles[row.name] for row in ROWS if row.name in profiles},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return kept


def _as_profile(result: Mapping[str, Any]) -> dict[str, Any]:
    """Farward's figures, and beside them those of the plain call under the same names."""
    about = {name: result[name] for name in ("title", "profile", "seats", "links", "seconds", "bounds")}
    return {**about, **result["farward"], "baseline": result["baseline"]}
