"""What can be set, typed or written into a journal is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bench import figures
from farward.cli.main import COMMANDS, cli
from farward.environment import Environment, known_variables
from farward.journal.registry import Kind, all_kinds

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))


def read(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("variable", known_variables())
def test_every_setting_has_its_section_and_its_line_in_the_example(variable: str) -> None:
    assert re.search(rf"^### `{variable}`$", read(DOCS / "settings.md"), re.MULTILINE)
    assert re.search(rf"^#? ?{variable}=", read(ROOT / ".env.example"), re.MULTILINE)


def test_nothing_is_documented_that_cannot_be_set() -> None:
    documented = re.findall(r"^### `(\w+)`$", read(DOCS / "settings.md"), re.MULTILINE)
    exampled = re.findall(r"^#? ?([A-Z_]+)=", read(ROOT / ".env.example"), re.MULTILINE)
    assert sorted(documented) == sorted(exampled) == sorted(known_variables())


def test_the_example_can_be_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in known_variables():
        monkeypatch.delenv(name, raising=False)
    for name, value in re.findall(r"^([A-Z_]+)=(.*)$", read(ROOT / ".env.example"), re.MULTILINE):
        monkeypatch.setenv(name, value)
    assert Environment().secure


def commands() -> list[str]:
    context = click.Context(cli)
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        nested = command.list_commands(context) if isinstance(command, click.Group) else []
        found += [f"farward {name} {inner}" for inner in nested] or [f"farward {name}"]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in read(DOCS / "commands.md")


#: Other tests declare kinds of their own.
KINDS = [kind for kind in all_kinds() if kind.payload.__module__.startswith("farward.")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_entry_kind_is_documented(kind: Kind) -> None:
    assert f"`{kind.name}`" in "".join(map(read, DOCS.glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", read(page)) + re.findall(r'src="([^"]+)"', read(page))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("note", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_was_chosen_and_why(note: Path) -> None:
    text = read(note)
    assert re.match(r"# \d{4} · ", text)
    for heading in ("## Decision", "## Why", "## What it costs"):
        assert heading in text


@pytest.mark.parametrize("page", figures.PAGES, ids=lambda path: path.name)
def test_figures_on_a_page_are_those_that_were_measured(page: Path) -> None:
    assert figures.table() in read(page)
    assert read(page) == figures.with_figures(read(page))


def test_the_version_in_the_changelog_is_that_of_the_package() -> None:
    import farward

    assert f"## {farward.__version__}" in read(ROOT / "CHANGELOG.md")
