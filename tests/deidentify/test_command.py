"""`farward deidentify` reads and writes UTF-8, says what is wrong in one line, and says that a person must review."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from farward.cli.deidentify import command
from tests.deidentify.encounter import CONTEXT

NOTE = "Ms. Rivera, RT-4471902: 37,2 °C – “worse”."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "note.txt").write_text(NOTE, "utf-8")
    (tmp_path / "chat.txt").write_text("hi maria\n", "utf-8")
    (tmp_path / "context.json").write_bytes(msgspec.json.encode(CONTEXT))
    return tmp_path


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)


def test_it_prints_the_text_without_its_people(folder: Path) -> None:
    done = run(folder / "note.txt", "--context", folder / "context.json")
    assert done.exit_code == 0
    assert "Rivera" not in done.stdout
    assert "4471902" not in done.stdout
    assert "37,2 °C – “worse”" in done.stdout


def test_it_says_that_a_person_must_review(folder: Path) -> None:
    done = run(folder / "note.txt", "--context", folder / "context.json")
    assert "a person must read this" in done.stderr
    assert "safe-harbor-1" in done.stderr


def test_json_says_where_and_why_and_never_what(folder: Path) -> None:
    done = run(folder / "note.txt", "--context", folder / "context.json", "--json")
    told = json.loads(done.stdout)
    assert told["needs_review"] is True
    assert {"NAME", "OTHER_ID"} <= {span["cls"] for span in told["spans"]}
    assert told["spans"][0].keys() == {"start", "end", "cls", "confidence", "reason", "letter"}
    assert "Rivera" not in done.stdout


def test_several_files_are_one_encounter(folder: Path) -> None:
    done = run(folder / "note.txt", folder / "chat.txt", "--context", folder / "context.json")
    assert done.stdout.count("===") == 2
    assert "maria" not in done.stdout


def test_it_reads_from_a_pipe() -> None:
    assert "Adeyemi" not in run("-", stdin=b"seen by Dr. Adeyemi").stdout


def test_labels_can_be_had_instead(folder: Path) -> None:
    assert "[NAME-1]" in run(folder / "note.txt", "--context", folder / "context.json", "--style", "label").stdout


def test_each_run_makes_new_surrogates(folder: Path) -> None:
    assert len({run(folder / "note.txt", "--context", folder / "context.json").stdout for _ in range(4)}) > 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: [folder / "gone.txt"], "no such file"),
        (lambda folder: [folder], "is a directory"),
        (lambda folder: [folder / "note.txt", "--context", folder / "note.txt"], "no context"),
        (lambda folder: [folder / "note.txt", "--policy", folder / "context.json"], "no policy"),
    ],
)
def test_what_cannot_be_read_ends_it_with_one_line(folder: Path, make: object, said: str) -> None:
    done = run(*make(folder))  # type: ignore[operator]
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_another_encoding_is_refused_with_the_place(folder: Path) -> None:
    (folder / "old.txt").write_bytes("Señora".encode("latin-1"))
    done = run(folder / "old.txt")
    assert done.exit_code == 2
    assert "not UTF-8 at byte 2" in done.stderr
