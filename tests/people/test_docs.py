"""docs/people.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import get_resolver

from farward.people.models import Role
from tests.web.test_doors import EVERYBODY, PAGES

TEXT = (Path(__file__).parents[2] / "docs" / "people.md").read_text("utf-8")
#: What the page calls each of the cast.
NAMES = {"amina": "learner", "osei": "preceptor", "kofi": "coordinator"}


def rows(heading: str) -> list[list[str]]:
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_role_is_described() -> None:
    assert [row[0] for row in rows("Roles")] == list(Role)


def test_every_page_is_listed_with_its_address() -> None:
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows("Who may open which page")}
    assert listed.keys() == PAGES.keys()
    for name, address in listed.items():
        pattern = get_resolver().reverse_dict.getlist(name)[0][0][0][0]
        assert address == "/" + re.sub(r"%\(\w+\)s", "<id>", pattern), name


def test_who_may_open_a_page_is_what_the_doors_are_tested_for() -> None:
    for name, _address, words in rows("Who may open which page"):
        allowed = PAGES[name.strip("`")]
        if words == "everyone":
            assert allowed == EVERYBODY
        elif words == "everyone but the stranger":
            assert allowed == EVERYBODY - {"sam"}
        elif not words.startswith("who has a seat"):
            assert set(words.split(", ")) == {NAMES.get(person, person) for person in allowed}
