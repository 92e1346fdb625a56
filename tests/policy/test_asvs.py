"""docs/asvs.csv claims of OWASP ASVS 5.0 what a test shows, and says plainly what none does."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: shown: by a test. done: without one. none: does not apply. yours: the school's. open: neither.
STATES = {"shown", "done", "none", "yours", "open"}


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_requirement_of_levels_1_and_2_stands_there_once() -> None:
    found = Counter(row["requirement"] for row in rows())
    assert set(found.values()) == {1}
    assert Counter(row["level"] for row in rows() if row["level"] != "3") == {"1": 70, "2": 183}


def test_the_chapter_on_webrtc_is_whole() -> None:
    assert len([row for row in rows() if row["requirement"].startswith("V17.")]) == 12


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["requirement"])
def test_a_requirement_says_where_it_is_met_or_what_is_missing(row: dict[str, str]) -> None:
    assert row["state"] in STATES
    assert row["where"]
    if row["state"] == "shown":
        assert (ROOT / row["where"]).is_file()
        assert "def test_" in (ROOT / row["where"]).read_text("utf-8")
