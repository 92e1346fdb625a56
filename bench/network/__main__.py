"""Measures Farward and a plain call on bad networks, in real browsers in a laboratory of namespaces.

make bench-network
python -m bench.network --only 2g,edge --seconds 12
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.network import report
from bench.network.measure import figures, measure
from bench.network.rows import PLAIN_SETTLE, ROWS, THREE, Row
from bench.network.sides import FarwardSide, PlainSide, Side
from farward.cli.netlab import space
from farward.cli.netlab.lab import Laboratory
from farward.cli.netlab.score import NoScores, check_tools
from farward.cli.rehearse.chromium import find_chromium, flags_in_laboratory
from farward.cli.rehearse.faces import write_face
from farward.cli.rehearse.school import book_simulated
from farward.cli.rehearse.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "performance" / "network.json"
VOICES = ROOT / "farward" / "cli" / "rehearse" / "voices"
BEGAN = time.monotonic()


def tell(line: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {line}", flush=True)


def main() -> int:
    """Measure the rows, print and keep them; 1 if something does not hold, 0 also where there can be no laboratory."""
    chosen = _options()
    reason = space.why_not()
    if reason:
        print(f"Skipped. {reason}")
        return 0
    try:
        note = check_tools()
    except NoScores as error:
        print(error)
        return 2
    if note:
        tell(note)
    # Playwright's loop runs in this thread, and Django takes any running loop for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # SIGTERM ends it in order, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results: dict[str, Any] = {}
    chosen.out.mkdir(parents=True, exist_ok=True)
    with _laboratory() as (lab, sides):
        for row in _rows(chosen):
            results[row.name] = _measure_row(row, lab, sides, chosen.out)
            # Each row is kept as it comes: a run that is stopped leaves what it has.
            report.write(results, chosen.out)
    print(report.table(results))
    if chosen.write:
        report.keep(results, RESULTS)
    print(f"To listen to and look at: {chosen.out / 'index.html'}")
    return 0 if all(report.held(result) is not False for result in results.values()) else 1


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m bench.network", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--only", default="", help=f"rows with commas between them: {', '.join(r.name for r in ROWS)}")
    options.add_argument(
        "--seconds", type=float, help="measure each row for so long (rows in which things happen: longer)"
    )
    options.add_argument(
        "--everyone", action="store_true", help="put all seats on the row's network, not only the patient"
    )
    options.add_argument("--out", type=Path, default=Path("network-lab"), help="directory for the page with the sounds")
    options.add_argument("--write", action="store_true", help="write docs/performance/network.json")
    return options.parse_args()


def _rows(chosen: argparse.Namespace) -> list[Row]:
    names = [name for name in chosen.only.split(",") if name]
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        raise SystemExit(
            f"--only: there is no row {', '.join(sorted(unknown))}. There are: {', '.join(r.name for r in ROWS)}"
        )
    rows = [replace(row, everyone=chosen.everyone) for row in ROWS if not names or row.name in names]
    return [replace(row, seconds=chosen.seconds) if chosen.seconds and not row.events else row for row in rows]


@contextlib.contextmanager
def _laboratory() -> Iterator[tuple[Laboratory, dict[str, Side]]]:
    """The laboratory with a server in its middle and a browser in each place, all of it gone afterwards."""
    with contextlib.ExitStack() as until_end:
        folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(prefix="farward-network-")))
        lab = until_end.enter_context(Laboratory(dict.fromkeys(THREE, "lan")))
        stage = Stage.in_laboratory(folder / "data", lab)
        stage.prepare()
        book = book_simulated(stage.environ)
        until_end.callback(stage.kill)
        stage.start()
        tell(f"Server ready in laboratory {lab.name}")
        driver = until_end.enter_context(sync_playwright())
        chromium = find_chromium()
        browsers = {}
        for place in THREE:
            browsers[place] = driver.chromium.launch(
                executable_path=str(lab.wrap(place, chromium, folder)),
                headless=True,
                args=flags_in_laboratory(VOICES / f"{place}.wav", write_face(place, folder / f"{place}.y4m"), lab),
            )
            until_end.callback(browsers[place].close)
        yield lab, {"farward": FarwardSide(lab, browsers, book), "baseline": PlainSide(lab, browsers)}


def _measure_row(row: Row, lab: Laboratory, sides: dict[str, Side], out: Path) -> dict[str, Any]:
    """One row with both sides. What fails is said, kept as such, and does not stop the others."""
    result: dict[str, Any] = {
        "title": row.title,
        "profile": row.profile,
        "seats": len(row.places),
        "links": row.links(),
    }
    for name, side in sides.items():
        try:
            result[name] = _measure_side(row, lab, side, name, out)
            tell(f"{row.title}: {report.in_short(name, result[name])}")
        except Exception as error:
            result[name] = {"failed": str(error).splitlines()[0][:300]}
            traceback.print_exc()
            tell(f"{row.title}: {name} FAILED: {result[name]['failed']}")
        finally:
            side.close()
    result["bounds"] = {bound.figure: [str(bound), bound.holds(result["farward"])] for bound in row.bounds}
    return result


def _measure_side(row: Row, lab: Laboratory, side: Side, name: str, out: Path) -> dict[str, Any]:
    if row.join:
        return {"join_s": side.join_seconds(row)}
    side.open(row)
    found = measure(side, lab, row, row.settle if name == "farward" else min(row.settle, PLAIN_SETTLE))
    report.keep_sounds(found, out / "sounds", f"{row.name}-{name}")
    report.keep_plot(found, out / "plots", f"{row.name}-{name}")
    return figures(found)


if __name__ == "__main__":
    raise SystemExit(main())
