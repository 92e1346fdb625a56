"""The page to listen to and to look at: both sides of each row beside each other, with what arrived and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farward.cli.netlab.listen import RATE
from farward.cli.netlab.plot import draw_plot

from . import opus, report
from .rows import LEARNER, PATIENT
from .stand import VOICES

if TYPE_CHECKING:
    from .measure import Measured

#: Seconds of each stream that are kept to listen to: of a whole run, and of what is kept in docs/performance.
SOUND_SECONDS, KEPT_SECONDS = 12, 8
#: Of each row the voices over the bad link, one each way, are kept in docs/performance.
KEPT_STREAMS = (f"{PATIENT}-{LEARNER}", f"{LEARNER}-{PATIENT}")
SIDES = (("farward", "Farward"), ("baseline", "A plain call"))


def keep_sounds(found: Measured, out: Path, stem: str) -> None:
    """The last seconds of each stream, as heard."""
    for (speaker, listener), recording in found.recordings.items():
        path = out / "sounds" / f"{stem}-{speaker}-{listener}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(recording.as_wav(SOUND_SECONDS))


def keep_plot(found: Measured, out: Path, stem: str) -> None:
    """Rate and rung over time."""
    start = found.readings[0].at
    rates = [(reading.at - start, reading.lab["links"][PATIENT]) for reading in found.readings]
    rungs = {
        place: [
            (reading.at - start, reading.rungs[place]["rung"]) for reading in found.readings if reading.rungs.get(place)
        ]
        for place in found.places
    }
    marks = [(begin - start, end - start, "cut") for begin, end in found.outages]
    marks += [(at - start, at - start, "falls") for at in found.falls]
    path = out / "plots" / f"{stem}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    who = "Farward" if stem.endswith("-farward") else "a plain call"
    path.write_text(draw_plot(rates, rungs, marks, f"{found.row.title}: the patient's link with {who}"), "utf-8")


def write(results: Mapping[str, Any], out: Path) -> None:
    """The page, and all figures beside it, as far as the run has come."""
    (out / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    write_page(results, out)


def write_page(results: Mapping[str, Any], folder: Path) -> None:
    """`index.html` over the sounds and plots that lie in this folder."""
    rows = "".join(_section(name, result, folder) for name, result in results.items())
    spoken = "".join(
        _sound(path, f"The {path.stem.removeprefix('spoken-')}, at the microphone")
        for path in sorted((folder / "sounds").glob("spoken-*"))
    )
    page = PAGE.format(date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", rows=rows, spoken=spoken)
    (folder / "index.html").write_text(page, "utf-8")


def keep(results: Mapping[str, Any], kept: Mapping[str, Any], out: Path, folder: Path) -> None:
    """The page in docs/performance: few and small sounds, so that the repository stays small."""
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    (folder / "sounds").mkdir(exist_ok=True)
    sounds = {f"spoken-{path.stem}": _pcm(path) for path in sorted(VOICES.glob("*.wav"))}
    for name in results:
        for side, _title in SIDES:
            plot = out / "plots" / f"{name}-{side}.svg"
            if plot.exists():
                (folder / "plots" / plot.name).write_text(plot.read_text("utf-8"), "utf-8")
            for stream in KEPT_STREAMS:
                sound = out / "sounds" / f"{name}-{side}-{stream}.wav"
                if sound.exists():
                    sounds[sound.stem] = _pcm(sound)
    for stem, ogg in opus.encode(sounds).items():
        (folder / "sounds" / f"{stem}.ogg").write_bytes(ogg)
    write_page(report.results_of(kept), folder)


def _pcm(path: Path) -> bytes:
    """The last seconds of a WAV file at the laboratory's rate; the shipped speech has half of it."""
    import wave

    import numpy

    with wave.open(str(path)) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
        samples = samples[-KEPT_SECONDS * file.getframerate() :]
        if file.getframerate() < RATE:
            from scipy.signal import resample_poly

            samples = resample_poly(samples.astype(float), RATE // file.getframerate(), 1)
    return bytes(samples.clip(-32768, 32767).astype("<i2").tobytes())


def _section(name: str, result: Mapping[str, Any], folder: Path) -> str:
    sides = "".join(_side(name, side, title, result, folder) for side, title in SIDES)
    heading = escape(result["title"])
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{heading}</h2><div class=sides>{sides}</div></section>'


def _side(name: str, side: str, title: str, result: Mapping[str, Any], folder: Path) -> str:
    found = result[side]
    failed = f"<p>Not measured: {escape(found['failed'])}</p>" if "failed" in found else ""
    lines = "".join(
        f"<tr><th scope=row>{escape(words)}</th><td>{escape(shown)}</td><td>{_bound(figure, side, result)}</td></tr>"
        for figure, words, unit in report.COLUMNS
        if (shown := report.show(found, figure, unit))
    )
    plot = folder / "plots" / f"{name}-{side}.svg"
    drawn = plot.read_text("utf-8") if plot.exists() and not failed else ""
    sounds = "".join(
        _sound(path, _caption(path, f"{name}-{side}"))
        for path in sorted((folder / "sounds").glob(f"{name}-{side}-*"))
        if not failed
    )
    return f"<div><h3>{title}</h3>{failed}<table>{lines}</table>{drawn}{sounds}</div>"


def _bound(figure: str, side: str, result: Mapping[str, Any]) -> str:
    """What this figure must be, and whether it is; of a plain call nothing is asked."""
    bound, holds = result["bounds"].get(figure, ("", None)) if side == "farward" else ("", None)
    return escape(f"{bound} {'✓' if holds else '✗ missed'}") if bound else ""


def _caption(path: Path, stem: str) -> str:
    speaker, listener = path.stem.removeprefix(f"{stem}-").split("-")
    return f"The {speaker}, as heard by the {listener}"


def _sound(path: Path, caption: str) -> str:
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<audio controls preload=none src="sounds/{path.name}" aria-label="{escape(caption)}"></audio></figure>'
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
<p>Received sound, with Farward and with a plain call, on the same networks in the same run: docs/network-lab.md tells
how. Written {date}.</p>
{spoken}{rows}
<p><small>The voices are prompts recorded for the Asterisk telephone exchange by Allison Smith and June Wallack
(CC BY-SA 3.0) and Carlo Flora (CC BY 3.0), shortened; what was heard of them stands under the same
licences.</small></p></html>
"""
