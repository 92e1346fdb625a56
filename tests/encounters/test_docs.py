"""The page about encounters says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from farward.encounters import rules
from farward.encounters.models import Phase
from farward.encounters.phases import STEPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "encounters.md").read_text("utf-8")
SOURCES = [
    path.read_text("utf-8")
    for folder in ("farward/encounters/actions", "farward/encounters")
    for path in (ROOT / folder).glob("*.py")
]


def codes(pattern: str) -> set[str]:
    return {code for source in SOURCES for code in re.findall(pattern, source)}


def test_the_picture_has_exactly_the_moves_of_the_machine() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", PAGE, re.MULTILINE))
    assert drawn == {(str(here), str(to)) for here, steps in STEPS.items() for to in steps}


@pytest.mark.parametrize("phase", Phase.values)
def test_every_phase_is_told(phase: str) -> None:
    assert re.search(rf"\b{phase}\b", PAGE)


@pytest.mark.parametrize("kind", rules.AUTHORS)
def test_every_kind_of_a_device_says_who_may_write_it(kind: str) -> None:
    assert f"`{kind}`" in PAGE


def test_every_code_is_told() -> None:
    links = codes(r'LinkRefused\(\s*"(\w+)"')
    refusals = codes(r'(?:Refused|Block)\(\s*"(\w+)"') - {"journal_closed", "bad_payload"}
    byes = codes(r'bye="(\w+)"')
    assert len(links) == 9
    assert {code for code in links | refusals | byes if f"`{code}`" not in PAGE} == set()
