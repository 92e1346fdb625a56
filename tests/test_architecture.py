"""The house stands as docs/architecture.md draws it: the arrows of imports, and the kinds of file in each part."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "farward"
SOURCES = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]
MODELS = [path for path in SOURCES if path.name == "models.py"]


def test_no_part_uses_one_above_it() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not text.strip() or text.startswith('"""')


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name)
def test_models_call_no_network(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not any(f"import {name}" in text for name in ("httpx", "urllib", "requests", "smtplib", "socket", "redis"))


#: A map of addresses is no script; the policy of the page names it by its digest.
SCRIPT = re.compile(r'<script(?![^>]*(?: src=| type="importmap"))')


def test_no_template_carries_a_script_or_style_of_its_own() -> None:
    inline = [
        path.relative_to(ROOT)
        for path in PACKAGE.rglob("*.html")
        if "cli" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if "<style" in line or " style=" in line or " onclick=" in line or SCRIPT.search(line)
    ]
    assert inline == []
