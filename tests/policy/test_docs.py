"""docs/who-may-what.md is what the tables say."""

from __future__ import annotations

from scripts.who_may_what import PAGE, render


def test_the_page_is_made_of_the_tables() -> None:
    assert PAGE.read_text("utf-8") == render(), "run: .venv/bin/python scripts/who_may_what.py"
