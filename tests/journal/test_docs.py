"""docs/journal.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from farward.journal.chain import Header

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "journal.md").read_text("utf-8")


def test_every_code_of_a_refusal_is_explained_and_none_is_made_up() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "farward" / "journal").glob("*.py"))
    raised = set(re.findall(r'Refus(?:ed|al)\([^"]{0,40}"([a-z_]+)"', sources))
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", DOCS, re.MULTILINE)) - {"header", "digest"}
    assert len(raised) == 13
    assert raised == explained


def test_the_headers_fields_are_listed_in_their_order() -> None:
    assert ", ".join(Header.__struct_fields__) in DOCS
