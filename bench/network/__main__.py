"""Measures Farward and a plain call on bad networks, in real browsers in a laboratory of namespaces.

make bench-network
python -m bench.network --only 2g,edge --seconds 12
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.network import page, report
from bench.network.figures import figures
from bench.network.measure import measure
from bench.network.rows import PLAIN_SETTLE, ROWS, TURN_SECONDS, Row, shortened
from bench.network.sides import Side
from bench.network.stand import Stand, open_stand
from farward.cli.netlab import accuracy, space
from farward.cli.netlab.lab import NoLaboratory
from farward.cli.netlab.score import NoScores, check_tools
from farward.cli.rehearse.chromium import find_chromium
from farward.environment import SettingError

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "performance" / "network.json"
#: What coming in and going takes on each side, beside a row's own times, on two cores.
COMING_SECONDS = {"farward": 17.0, "baseline": 6.0}
BEGAN = time.monotonic()


def tell(line: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {line}", flush=True)


def main() -> int:
    """Measure the rows, print and keep them; 1 if something does not hold, 0 also where there can be no laboratory."""
    chosen = _options()
    rows = _rows(chosen)
    reason = space.why_not()
    if reason:
        print(f"Skipped. {reason}")
        return 0
    try:
        note = check_tools()
        find_chromium()
    except (NoScores, SettingError) as error:
        print(error)
        return 2
    if note:
        tell(note)
    # Playwright's loop runs in this thread, and Django takes any running loop for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # SIGTERM ends it in order, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tell(f"{len(rows)} rows, about {_minutes(rows):.0f} minutes")
    emulator = {} if chosen.only else _measure_emulator()
    results = _measure_all(rows, chosen.out)
    print(report.table(results))
    if chosen.write:
        kept = report.keep(results, RESULTS, emulator)
        page.keep(results, kept, chosen.out, RESULTS.with_suffix(""))
        print(f"Kept: {RESULTS} and {RESULTS.with_suffix('') / 'index.html'}")
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
    options.add_argument("--write", action="store_true", help="write docs/performance/network.json and the page there")
    chosen = options.parse_args()
    if chosen.seconds is not None and chosen.seconds < 4:
        options.error("--seconds: four at least, or there is nothing to score")
    return chosen


def _rows(chosen: argparse.Namespace) -> list[Row]:
    names = [name for name in chosen.only.split(",") if name]
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        raise SystemExit(
            f"--only: there is no row {', '.join(sorted(unknown))}. There are: {', '.join(r.name for r in ROWS)}"
        )
    rows = [replace(row, everyone=chosen.everyone) for row in ROWS if not names or row.name in names]
    return [shortened(row, chosen.seconds) for row in rows] if chosen.seconds else rows


def _minutes(rows: Sequence[Row]) -> float:
    sides = [(side, _on(side, row)) for row in rows for side in report.SIDES]
    return sum(COMING_SECONDS[side] + row.settle + row.seconds for side, row in sides) / 60


def _on(side: str, row: Row) -> Row:
    """This row as it is measured on one side: a plain call has only a rate to find, and costs the same all the time."""
    if side == "farward":
        return row
    return replace(row, settle=min(row.settle, PLAIN_SETTLE), seconds=TURN_SECONDS if row.pin else row.seconds)


def _measure_emulator() -> dict[str, Any]:
    """How true the links are on this machine, now. Rows can be measured all the same if that fails."""
    try:
        measured = accuracy.measure_accuracy(["2g", "edge", "3g"])
    except (NoLaboratory, OSError) as error:
        tell(f"The links could not be measured: {error}")
        return {}
    for name, one in measured.items():
        tell(f"{name}: {one.rtt_ratio:g} of the round trip and {one.rate_ratio:g} of the rate asked for")
    return accuracy.as_dicts(measured)


def _measure_all(rows: Sequence[Row], out: Path) -> dict[str, Any]:
    results: dict[str, Any] = {}
    out.mkdir(parents=True, exist_ok=True)
    with open_stand() as stand:
        tell(f"Server ready in laboratory {stand.lab.name}")
        for number, row in enumerate(rows, 1):
            tell(f"{number} of {len(rows)}: {row.title}")
            results[row.name] = _measure_row(row, stand, out)
            # Each row is kept as it comes: a run that is stopped leaves what it has.
            page.write(results, out)
    return results


def _measure_row(row: Row, stand: Stand, out: Path) -> dict[str, Any]:
    """One row with both sides. What fails is said, kept as such, and does not stop the others."""
    result: dict[str, Any] = {
        "title": row.title,
        "profile": row.profile,
        "seats": len(row.places),
        "links": row.links(),
        "seconds": row.seconds,
    }
    for name in report.SIDES:
        try:
            with stand.side(name, row) as side:
                result[name] = _measure_side(_on(name, row), stand, side, name, out)
            tell(f"    {report.in_short(name, result[name])}")
        except Exception as error:
            result[name] = {"failed": (str(error).splitlines() or [type(error).__name__])[0][:300]}
            traceback.print_exc()
            tell(f"    {name} FAILED: {result[name]['failed']}")
    result["bounds"] = {bound.figure: [str(bound), bound.holds(result["farward"])] for bound in row.bounds}
    return result


def _measure_side(row: Row, stand: Stand, side: Side, name: str, out: Path) -> dict[str, Any]:
    if row.join:
        return side.join(row)
    side.open(row)
    found = measure(side, stand.lab, row)
    if not row.pin:
        page.keep_sounds(found, out, f"{row.name}-{name}")
    page.keep_plot(found, out, f"{row.name}-{name}")
    return figures(found)


if __name__ == "__main__":
    raise SystemExit(main())
