"""The measured figures as tables, put into docs/deidentification.md between their marks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "performance" / "deidentify.json"
PAGE = ROOT / "docs" / "deidentification.md"
MARKED = re.compile(r"(<!-- measured -->\n).*?(<!-- end of measured -->)", re.DOTALL)


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as a Markdown table, the first being its head."""
    line = ("---", *("---:",) * (len(rows[0]) - 1))
    return "".join(f"| {' | '.join(row)} |\n" for row in (rows[0], line, *rows[1:]))


def measured(figures: dict[str, Any]) -> str:
    """Everything measured: the tools side by side, then kinds of text and classes."""
    return "\n".join(("", _tools(figures), _kinds(figures), _classes(figures)))


def _shares(found: dict[str, Any]) -> tuple[str, str, str]:
    return f"{found['recall']:.3f}", f"{found['precision']:.3f}", f"{found['leak']:.1%}"


def _tools(figures: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [
        ("tool", "text", "recall", "precision", "documents with a leak", "characters a CPU-second")
    ]
    for name, key in (("Farward, with context", "held, with context"), ("Farward, without", "held, without context")):
        rows.append(
            (name, "made-up encounters", *_shares(figures[key]), f"{figures[key]['characters_per_cpu_second']:,}")
        )
    for name, found in figures["peers"].items():
        if "held" in found:
            speed = f"{found['held']['characters_per_cpu_second']:,}"
            rows.append((name, "made-up encounters", *_shares(found["held"]), speed))
        else:
            rows.append((name, f"not run: {found['not run']}", "", "", "", ""))
    queries = {"Farward": figures["ASQ-PHI, every second text"]}
    queries |= {name: found["ASQ-PHI"] for name, found in figures["peers"].items() if "ASQ-PHI" in found}
    rows += [(name, "ASQ-PHI", *_shares(found), "") for name, found in queries.items() if "recall" in found]
    return table(rows)


def _kinds(figures: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [
        ("kind of text, with context", "documents", "identifiers", "recall", "precision", "leak")
    ]
    for kind, found in figures["held, with context"]["by_kind"].items():
        rows.append((kind, str(found["documents"]), str(found["identifiers"]), *_shares(found)))
    return table(rows)


def _classes(figures: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("class", "items", "recall with context", "without")]
    alone = figures["held, without context"]["recall_by_class"]
    for cls, (share, count) in figures["held, with context"]["recall_by_class"].items():
        rows.append((cls, str(count), f"{share:.3f}", f"{alone[cls][0]:.3f}"))
    return table(rows)


def with_figures(page: str, figures: dict[str, Any]) -> str:
    """The page's text with the figures between its marks."""
    return MARKED.sub(lambda found: found[1] + measured(figures) + "\n" + found[2], page)


def write(figures: dict[str, Any]) -> None:
    """Keep the figures and show them on the page."""
    RESULTS.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(with_figures(PAGE.read_text("utf-8"), figures), "utf-8")
