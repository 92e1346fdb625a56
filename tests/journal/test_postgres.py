"""The same on PostgreSQL: every test of the journal and the vault once more, with both databases there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.postgres import run_tests_on_postgres


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_journal_keeps_its_promises_on_postgresql(postgres_url: str) -> None:
    here = Path(__file__)
    others = sorted(str(path) for path in here.parent.glob("test_*.py") if path != here)
    vault = here.parents[1] / "vault"
    done = run_tests_on_postgres(postgres_url, *others, str(vault))
    assert done.returncode == 0, done.stdout + done.stderr
