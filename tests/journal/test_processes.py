"""The journal from outside: processes killed without warning, and a database file edited while nobody looks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import uuid_utils.compat

ROOT = Path(__file__).resolve().parents[2]


def test_writers_killed_in_the_middle_lose_nothing_acknowledged(tmp_path: Path) -> None:
    env = {**os.environ, "FARWARD_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.journal.writer", str(uuid_utils.compat.uuid7())]
    subprocess.run([*command, "--make"], env=env, cwd=ROOT, check=True)
    outputs = [tmp_path / f"{number}.out" for number in range(3)]
    writers = []
    for output in outputs:
        with output.open("w") as stream:
            writers.append(subprocess.Popen(command, env=env, cwd=ROOT, stdout=stream))
    deadline = time.monotonic() + 60
    while any(len(output.read_text().splitlines()) < 5 for output in outputs) and time.monotonic() < deadline:
        time.sleep(0.05)
    for writer in writers:
        writer.kill()
        writer.wait()
    done = subprocess.run([*command, "--verify"], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    stored = done.stdout.split()
    # A line may be cut by the kill; an id that was printed whole was acknowledged.
    acknowledged = [word for output in outputs for word in output.read_text().split() if len(word) == 36]
    assert len(acknowledged) >= 75
    assert len(set(stored)) == len(stored)
    assert set(acknowledged) <= set(stored)


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="edits SQLite's file")
def test_the_command_exits_1_and_names_the_entry_that_was_changed_in_the_file(tmp_path: Path) -> None:
    env = {**os.environ, "FARWARD_DATA_DIR": str(tmp_path)}
    encounter = str(uuid_utils.compat.uuid7())
    writer = [sys.executable, "-m", "tests.journal.writer", encounter]
    subprocess.run([*writer, "--make"], env=env, cwd=ROOT, check=True)
    with subprocess.Popen(writer, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    farward = [sys.executable, "-m", "farward.cli", "journal"]
    subprocess.run([*farward, "checkpoint"], env=env, cwd=ROOT, check=True)
    subprocess.run([*farward, "verify"], env=env, cwd=ROOT, check=True)
    with closing(sqlite3.connect(tmp_path / "farward.sqlite3")) as database, database:
        database.execute("UPDATE journal_entry SET audience = 'everyone' WHERE seq = 3")
    done = subprocess.run([*farward, "verify"], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"TAMPERED encounter {encounter}, entry 3 " in done.stdout
