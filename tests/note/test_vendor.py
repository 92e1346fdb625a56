"""Every vendored browser file is the one that its table names, and its licence lies beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "farward" / "web" / "static" / "vendor"


def test_every_vendored_file_has_the_hash_that_its_table_names() -> None:
    rows = re.findall(r"\| `([^`]+)` .*`([0-9a-f]{64})` \|", (VENDOR / "README.md").read_text())
    found = {path.name for path in VENDOR.iterdir() if path.suffix in {".mjs", ".js", ".css"}}
    assert {name for name, _digest in rows} == found
    for name, digest in rows:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_the_licence_of_each_lies_beside_it() -> None:
    for path in VENDOR.glob("*.mjs"):
        assert "MIT" in path.with_suffix(".LICENSE").read_text(), path.name
    assert "Dan Kogai" in (VENDOR / "tus.LICENSE").read_text()
