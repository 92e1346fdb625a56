"""What is left of a run: the table, the JSON of docs/performance, plots, and a page to listen to."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farward.cli.netlab.plot import draw_plot

if TYPE_CHECKING:
    from .measure import Measured

#: The figures of the table: name in the JSON, words, unit.
COLUMNS = (
    ("stoi_min", "STOI, worst stream", ""),
    ("pesq_min", "PESQ, worst stream", ""),
    ("voice_kbps", "voice on the wire", "kbit/s"),
    ("voice_limit_kbps", "limit: payload, RTP, UDP, IP", "kbit/s"),
    ("fps_min", "pictures a second", ""),
    ("longest_gap_s", "longest gap", "s"),
    ("recovery_s", "voice back", "s"),
    ("picture_recovery_s", "picture back", "s"),
    ("entries_lost", "entries lost", ""),
    ("megabytes", "a seat, 30 minutes", "MB"),
    ("join_s", "first word after", "s"),
)
SHORT = ("stoi_min", "pesq_min", "voice_kbps", "fps_min", "recovery_s", "longest_gap_s", "megabytes", "join_s")
SIDES = ("farward", "baseline")
#: Seconds of each stream that are kept to listen to.
SOUND_SECONDS = 12
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
            mine, other = (_show(result[side], figure, unit) for side in SIDES)
            if mine == other == "":
                continue
            bound, holds = bounds.get(figure, ("", None))
            mark = {True: " ✓", False: " ✗ missed", None: ""}[holds]
            lines.append(f"| {result['title']} | {words} | {mine} | {other} | {bound}{mark} |")
    return "\n".join(lines) + "\n"


def table_of(kept: Mapping[str, Any]) -> str:
    """The table of docs/performance/network.json."""
    return table(
        {
            name: {
                "title": profile["title"],
                "bounds": profile["bounds"],
                "farward": profile,
                "baseline": profile["baseline"],
            }
            for name, profile in kept["profiles"].items()
        }
    )


def _show(found: Mapping[str, Any], figure: str, unit: str) -> str:
    if figure not in found:
        return ""
    value = found[figure]
    if value is None:
        return "never" if figure.endswith("_s") else ""
    return f"{value:g} {unit}".strip()


def keep(results: Mapping[str, Any], path: Path) -> None:
    """Write docs/performance/network.json. Rows that were not measured now stay as they were."""
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    profiles = before.get("profiles", {}) | {name: _as_profile(result) for name, result in results.items()}
    kept = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.system()} {platform.machine()}",
        "opus_limit": limits(),
        "profiles": profiles,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _as_profile(result: Mapping[str, Any]) -> dict[str, Any]:
    """Farward's figures, and beside them those of the plain call under the same names."""
    about = {name: result[name] for name in ("title", "profile", "seats", "links", "bounds")}
    return {**about, **result["farward"], "baseline": result["baseline"]}


def keep_sounds(found: Measured, folder: Path, stem: str) -> None:
    """The last seconds of each stream, as heard."""
    folder.mkdir(parents=True, exist_ok=True)
    for (speaker, listener), recording in found.recordings.items():
        (folder / f"{stem}-{speaker}-{listener}.wav").write_bytes(recording.as_wav(SOUND_SECONDS))


def keep_plot(found: Measured, folder: Path, stem: str) -> None:
    """Rate and rung over time."""
    folder.mkdir(parents=True, exist_ok=True)
    start = found.readings[0].at
    rates = [(reading.at - start, reading.lab["links"]["patient"]) for reading in found.readings]
    rungs = {
        place: [
            (reading.at - start, reading.rungs[place]["rung"]) for reading in found.readings if reading.rungs.get(place)
        ]
        for place in found.places
    }
    marks = [(begin - start, end - start, "cut") for begin, end in found.outages]
    marks += [(at - start, at - start, "falls") for at in found.falls]
    (folder / f"{stem}.svg").write_text(draw_plot(rates, rungs, marks, "The patient's link"), "utf-8")


def write(results: Mapping[str, Any], out: Path) -> None:
    """The page to listen to, and all figures beside it, as far as the run has come."""
    (out / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    rows = "".join(_section(name, result, out) for name, result in results.items())
    (out / "index.html").write_text(PAGE.format(date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", rows=rows), "utf-8")


def _section(name: str, result: Mapping[str, Any], out: Path) -> str:
    sides = ""
    for side, title in (("farward", "Farward"), ("baseline", "A plain call")):
        lines = "".join(
            f"<tr><th scope=row>{escape(words)}</th><td>{escape(shown)}</td></tr>"
            for figure, words, unit in COLUMNS
            if (shown := _show(result[side], figure, unit))
        )
        plot = out / "plots" / f"{name}-{side}.svg"
        sounds = "".join(
            _sound(path, f"{name}-{side}") for path in sorted((out / "sounds").glob(f"{name}-{side}-*.wav"))
        )
        drawn = plot.read_text("utf-8") if plot.exists() else ""
        sides += f"<div><h3>{title}</h3><table>{lines}</table>{drawn}{sounds}</div>"
    return f"<section><h2>{escape(result['title'])}</h2><div class=sides>{sides}</div></section>"


def _sound(path: Path, stem: str) -> str:
    speaker, listener = path.stem.removeprefix(f"{stem}-").split("-")
    return (
        f"<figure><figcaption>{speaker} as heard by the {listener}</figcaption>"
        f'<audio controls preload=none src="sounds/{path.name}"></audio></figure>'
    )


PAGE = """<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
<title>How it sounds</title><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
.sides {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 2rem; }}
table {{ border-collapse: collapse; }} th {{ text-align: start; font-weight: 400; padding-inline-end: 1rem; }}
td {{ text-align: end; font-variant-numeric: tabular-nums; }} figure {{ margin: .75rem 0; }}
audio {{ width: 100%; height: 2.25rem; }} svg {{ width: 100%; height: auto; margin-block: 1rem; }}
</style><h1>How it sounds</h1>
<p>Received sound, with Farward and with a plain call, on the same networks in the same run. Measured {date}.</p>
{rows}</html>
"""
