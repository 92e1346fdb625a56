"""Puts the measured figures into README.md and docs/performance.md, between their marks.

    python -m bench.figures

`tests/test_docs.py` fails when a page shows other figures than the files in docs/performance hold.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bench.network import report

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "performance"
PAGES = (ROOT / "README.md", ROOT / "docs" / "performance.md")
MARKED = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
NETWORKS = re.compile(r"(<!-- networks -->\n).*?(<!-- end of networks -->)", re.DOTALL)

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


def table() -> str:
    """The figures as one table, each with the bound it is held to."""
    journal, fanout, weight, access = read("journal"), read("fanout"), read("weight"), read("access")
    rows = [("what", "measured", "bound")]
    for result in journal["results"]:
        name = NAMES[result["database"]]
        rows += [
            (f"50 sealed, chained entries against a bare `INSERT`, {name}", f"{result['append_ratio']} ×", "4 ×"),
            (f"reading 1,000 entries against a bare `SELECT`, {name}", f"{result['read_ratio']} ×", "3 ×"),
        ]
    at = f"{fanout['encounters']} live encounters, {fanout['seats']} sockets, one process"
    rows += [
        (f"an entry reaches the two other seats, median; {at}", f"{fanout['entry_ms']['median']} ms", "30 ms"),
        ("memory of an idle seat", f"{fanout['idle_seat_kib']} KiB", "100 KiB"),
        ("from the link to the lobby, cold, over the wire", f"{weight['join_bytes'] / 1000:.0f} kB", "60 kB"),
        ("the room, cold, without the note editor", f"{weight['room_bytes'] / 1000:.0f} kB", "110 kB"),
        ("the room with the note editor", f"{weight['room_with_note_bytes'] / 1000:.0f} kB", ""),
    ]
    rows.append(("a day's pages with their access records against the same without", f"{access['ratio']} ×", "1.1 ×"))
    rows.insert(1, ("---", "---:", "---:"))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def networks() -> str:
    """How calls did on bad networks, if that was measured: it needs root and a quarter of an hour."""
    if not (RESULTS / "network.json").exists():
        return "Not measured yet: `make bench-network`.\n"
    return report.table_of(read("network"))


def with_figures(page: str) -> str:
    """The page's text with the newest figures between its marks."""
    page = MARKED.sub(lambda found: found[1] + "\n" + table() + "\n" + found[2], page)
    return NETWORKS.sub(lambda found: found[1] + "\n" + networks() + "\n" + found[2], page)


def main() -> None:
    for path in PAGES:
        path.write_text(with_figures(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
