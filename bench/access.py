"""What an access record adds to a page: the same pages with and without it, taking turns in one run, as ratios.

    python -m bench.access            prints a table
    python -m bench.access --write    also writes docs/performance/access.json

Each page is asked by Django's own test client through the whole stack of middleware, on SQLite with every commit on the
disk. The bound is on the median over all pages; the small ones, which carry the same record, are shown beside it.
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
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "performance" / "access.json"
ROUNDS = 120
BOUND = 1.10
RECORDER = "farward.encounters.access.recorder.AccessRecorder"


def main() -> int:
    """Measure, print and perhaps write the figures; 1 if the bound is broken."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="write docs/performance/access.json")
    chosen = options.parse_args()
    result = _measure_apart()
    for page, took in result["pages"].items():
        print(f"{page:14} {took['with_ms']:7.2f} ms with, {took['without_ms']:7.2f} ms without: {took['ratio']:.3f} ×")
    print(f"all pages: {result['ratio']} × (bound {BOUND} ×); one record: {result['record_ms']} ms")
    if chosen.write:
        RESULTS.write_text(json.dumps({"python": platform.python_version(), **result}, indent=2) + "\n")
    return 0 if result["ratio"] <= BOUND else 1


def _measure_apart() -> dict[str, Any]:
    """In a process of its own, since Django reads its settings once."""
    with tempfile.TemporaryDirectory(prefix="farward-bench-") as data:
        env = {name: value for name, value in os.environ.items() if not name.startswith("FARWARD_")}
        env |= {
            "FARWARD_DATA_DIR": data,
            "FARWARD_SECRET_KEY": "bench",
            "FARWARD_MASTER_KEYS": "bench:" + "A" * 43 + "=",
            "FARWARD_SECOND_STEP_ROLES": "none",
            "FARWARD_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "farward.settings",
        }
        command = [sys.executable, "-W", "ignore", "-c", "from bench.access import measure; measure()"]
        done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def measure() -> None:
    """Book a week, ask each page in turns and print the figures as JSON."""
    import django

    django.setup()
    from django.conf import settings

    # Static files by their plain names, as in tests: gathering them has nothing to do with it.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    from django.core.management import call_command

    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    call_command("createcachetable", verbosity=0)
    encounter, user = _school()
    sides = {"with": _client(user, recorded=True), "without": _client(user, recorded=False)}
    pages = {name: f"/{path}" for name, path in _pages(encounter).items()}
    took: dict[str, dict[str, list[float]]] = {page: {"with": [], "without": []} for page in pages}
    for number in range(ROUNDS + 10):
        for page, path in pages.items():
            for side in sorted(sides, reverse=bool(number % 2)):
                start = perf_counter()
                assert sides[side].get(path).status_code == 200, path
                if number >= 10:
                    took[page][side].append(perf_counter() - start)
    print(json.dumps(_figures(took)))


def _figures(took: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    medians = {page: {side: statistics.median(times) for side, times in by.items()} for page, by in took.items()}
    with_, without = (sum(by[side] for by in medians.values()) for side in ("with", "without"))
    return {
        "rounds": ROUNDS,
        "ratio": round(with_ / without, 3),
        "record_ms": round((with_ - without) / len(medians) * 1000, 2),
        "pages": {
            page: {
                "with_ms": round(by["with"] * 1000, 2),
                "without_ms": round(by["without"] * 1000, 2),
                "ratio": round(by["with"] / by["without"], 3),
            }
            for page, by in medians.items()
        },
    }


def _client(user: Any, *, recorded: bool) -> Any:
    """A browser that is signed in, whose requests go through the recorder or past it."""
    from django.conf import settings
    from django.test import Client, override_settings

    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/145.0"})
    client.force_login(user)
    middleware = [each for each in settings.MIDDLEWARE if recorded or each != RECORDER]
    # The stack is built with the first request, so the setting need not hold longer.
    with override_settings(MIDDLEWARE=middleware):
        client.handler.load_middleware()
    return client


def _pages(encounter: Any) -> dict[str, str]:
    """The pages of a working day, by what they are."""
    return {
        "first page": "",
        "week": "week/",
        "tower": "tower/",
        "encounter": f"e/{encounter.pk}/",
        "note": f"e/{encounter.pk}/note/",
        "debrief": f"e/{encounter.pk}/debrief/",
    }


def _school() -> tuple[Any, Any]:
    """A preceptor with a week of twenty encounters, one of which was played to its end."""
    from datetime import timedelta

    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter
    from farward.people.models import Site
    from tests.encounters.support import bring_to, move, seat_of, send
    from tests.fixtures.cast import make_person

    site = Site.objects.create(name="Kisumu Clinic", time_zone="Africa/Nairobi")
    learner, preceptor = make_person("Amina Yusuf", site, "learner"), make_person("Dr Osei", site, "preceptor")
    monday = timezone.now() - timedelta(minutes=1)
    found = []
    for number in range(20):
        starts_at = monday + timedelta(hours=6 * number)
        seats = [
            SeatRequest(role="learner", user=learner),
            SeatRequest(role="preceptor", user=preceptor),
            SeatRequest(role="patient", name="Ms Rivera", email="rivera@mail.example"),
        ]
        found.append(
            book_encounter(
                by=preceptor, kind="simulated", site=site, rotation=None, seats=seats, brief="Cough",
                starts_at=starts_at, ends_at=starts_at + timedelta(minutes=40),
            )
        )  # fmt: skip
    bring_to(found[0], "interview")
    for line in range(20):
        send(seat_of(found[0], "learner"), "message", {"text": f"She says it is worse at night. {line}"}, "room")
    for phase in ("hallway", "together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(found[0], "preceptor"), phase) == "ok"
    return found[0], preceptor


if __name__ == "__main__":
    sys.exit(main())
