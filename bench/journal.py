"""What sealing and chaining cost: appending and reading against the bare statements, in one run, as ratios.

    python -m bench.journal            SQLite and, where it is installed, PostgreSQL; prints a table
    python -m bench.journal --write    also writes docs/performance/journal.json

The bare side puts the same bytes into a table of the same shape through the same driver with the same durability:
one `executemany` and one commit for a batch; one `SELECT` for the reading. The sides take turns, so that a slow
moment of the machine meets both; the figures are medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "performance" / "journal.json"
BATCH = 50
READ = 1000
ROUNDS = 200
APPEND_BOUND = 4.0
READ_BOUND = 3.0
TEXT = "She says the cough is worse at night and that the inhaler helps for two hours. No fever since Monday. " * 2

Sides = dict[str, list[float]]


def main() -> int:
    """Measure every database, print and perhaps write the figures; 1 if a bound is broken."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="write docs/performance/journal.json")
    options.add_argument("--only", choices=["sqlite", "postgresql"], help="measure one database")
    chosen = options.parse_args()
    results = []
    if chosen.only != "postgresql":
        results.append(_measure_apart(""))
    if chosen.only != "sqlite":
        results += _on_postgres()
    print(_table(results))
    if chosen.write:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps({"python": platform.python_version(), "results": results}, indent=2) + "\n")
    return 0 if all(one["append_ratio"] <= APPEND_BOUND and one["read_ratio"] <= READ_BOUND for one in results) else 1


def _on_postgres() -> list[dict[str, Any]]:
    from tests.fixtures.postgres import find_postgres, postgres_server

    if find_postgres() is None:
        print("PostgreSQL is not installed: measured SQLite only")
        return []
    with postgres_server() as url:
        return [_measure_apart(url)]


def _measure_apart(url: str) -> dict[str, Any]:
    """One database in a process of its own, since Django reads its settings once."""
    with tempfile.TemporaryDirectory(prefix="farward-bench-") as data:
        env = {
            **os.environ,
            "DATABASE_URL": url,
            "FARWARD_DATA_DIR": data,
            "FARWARD_SECRET_KEY": "bench",
            "FARWARD_MASTER_KEYS": "bench:" + "A" * 43 + "=",
            "DJANGO_SETTINGS_MODULE": "farward.settings",
        }
        command = [sys.executable, "-c", "from bench.journal import measure; measure()"]
        done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def measure() -> None:
    """Measure the database of the settings and print the figures as JSON."""
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = ["farward.vault", "farward.journal"]
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    connection.ensure_connection()
    append, read = _append_sides(), _read_sides()
    print(
        json.dumps(
            {
                "database": connection.vendor,
                "batch": BATCH,
                "read": READ,
                "rounds": ROUNDS,
                **_figures("append", append),
                **_figures("read", read),
            }
        )
    )


def _append_sides() -> Sides:
    from django.db import connection, transaction

    from farward.journal import storage
    from farward.journal.actions import append
    from farward.journal.intake import parse_batch

    _register()
    journal_id, author = _opened()
    _bare_table()
    sql = storage.INSERT.replace("journal_entry", "bare_entry")
    marks = sql if connection.vendor == "postgresql" else sql.replace("%s", "?")
    written: list[tuple[Any, ...]] = []

    def journal() -> None:
        result = append(journal_id=journal_id, author=author, drafts=parse_batch(batch))
        assert len(result.accepted) == BATCH, result.refused

    def bare() -> None:
        raw = connection.connection
        with transaction.atomic():
            raw.cursor().executemany(marks, written)

    sides: Sides = {"journal": [], "bare": []}
    for _round in range(ROUNDS):
        batch = [_item() for _ in range(BATCH)]
        _time(sides["journal"], journal)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {storage.COLUMNS} FROM journal_entry ORDER BY seq DESC LIMIT %s", [BATCH])
            written = cursor.fetchall()
        _time(sides["bare"], bare)
    return sides


def _read_sides() -> Sides:
    from django.db import connection

    from farward.journal.models import Journal
    from farward.journal.queries import read_page

    journal_id = Journal.objects.get().pk
    mark = "%s" if connection.vendor == "postgresql" else "?"
    key = journal_id if connection.vendor == "postgresql" else journal_id.hex
    sql = f"SELECT * FROM journal_entry WHERE journal_id = {mark} AND seq > {mark} ORDER BY seq LIMIT {mark}"
    raw = connection.connection

    def journal() -> None:
        assert len(read_page(journal_id=journal_id, reader=None, after=100, limit=READ).entries) == READ

    def bare() -> None:
        cursor = raw.cursor()
        cursor.execute(sql, [key, 100, READ])
        assert len(cursor.fetchall()) == READ

    sides: Sides = {"journal": [], "bare": []}
    for _ in range(ROUNDS):
        _time(sides["journal"], journal)
        _time(sides["bare"], bare)
    return sides


def _register() -> None:
    import msgspec

    from farward.journal.registry import Kind, register

    payload = msgspec.defstruct("Said", [("text", str)], frozen=True, forbid_unknown_fields=True)
    register([Kind("bench.said", payload, frozenset({"room"}), from_device=True)])


def _opened() -> tuple[Any, str]:
    import uuid_utils.compat

    from farward.journal.actions import open_journal

    journal_id = uuid_utils.compat.uuid7()
    open_journal(journal_id=journal_id)
    return journal_id, f"seat:{uuid_utils.compat.uuid7()}"


def _item() -> bytes:
    import uuid_utils.compat
    from django.utils import timezone

    entry = {
        "id": str(uuid_utils.compat.uuid7()),
        "kind": "bench.said",
        "audience": "room",
        "at": timezone.now().isoformat(),
        "payload": {"text": TEXT},
    }
    return json.dumps(entry).encode()


def _bare_table() -> None:
    from django.db import connection

    blob = "bytea" if connection.vendor == "postgresql" else "BLOB"
    uuid = "uuid" if connection.vendor == "postgresql" else "char(32)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bare_entry (id {uuid} PRIMARY KEY, journal_id {uuid}, seq bigint, kind varchar(40),"
            f" author varchar(48), audience varchar(48), header {blob}, nonce {blob}, ciphertext {blob}, digest {blob})"
        )


def _time(into: list[float], work: Callable[[], None]) -> None:
    began = perf_counter()
    work()
    into.append(perf_counter() - began)


def _figures(name: str, sides: Sides) -> dict[str, float]:
    middle = {side: statistics.median(times) for side, times in sides.items()}
    return {
        f"{name}_ms": round(middle["journal"] * 1000, 3),
        f"{name}_bare_ms": round(middle["bare"] * 1000, 3),
        f"{name}_ratio": round(middle["journal"] / middle["bare"], 2),
    }


def _table(results: list[dict[str, Any]]) -> str:
    lines = [f"{'database':<12}{'work':<28}{'journal':>10}{'bare':>10}{'ratio':>8}{'bound':>8}"]
    for one in results:
        for name, what, bound in (
            ("append", f"append {BATCH} entries", APPEND_BOUND),
            ("read", f"read {READ} entries", READ_BOUND),
        ):
            lines.append(
                f"{one['database']:<12}{what:<28}{one[name + '_ms']:>7} ms{one[name + '_bare_ms']:>7} ms"
                f"{one[name + '_ratio']:>8}{bound:>8}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
