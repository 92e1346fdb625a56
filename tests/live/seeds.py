"""Prepares a data directory for servers in processes of their own, and reads from it afterwards.

python -m tests.live.seeds prepare          databases brought up to date
python -m tests.live.seeds visits 20        20 encounters whose three seats are each held by a browser, as JSON
python -m tests.live.seeds journals         every journal as each of its seats may read it, and what `verify` finds
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

Json = dict[str, Any]


def prepare() -> Json:
    from django.core.management import call_command

    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return {}


def visits(count: str) -> list[Json]:
    """Encounters that may begin now, with the cookie of each seat by role."""
    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter
    from farward.encounters.actions.devices import add_device
    from farward.encounters.actions.locking import locked
    from farward.people.models import Membership, Site, User

    site, _ = Site.objects.get_or_create(name="Kisumu Clinic", defaults={"time_zone": "Africa/Nairobi"})
    people = {}
    for role, name in (("coordinator", "Kofi Mensah"), ("learner", "Amina Yusuf"), ("preceptor", "Dr Osei")):
        people[role], made = User.objects.get_or_create(email=f"{role}@school.example", defaults={"name": name})
        if made:
            Membership.objects.create(user=people[role], site=site, role=role)
    kofi = people["coordinator"]
    now = timezone.now()
    wanted = [
        SeatRequest(role="patient", name="Ms Rivera"),
        SeatRequest(role="learner", user=people["learner"]),
        SeatRequest(role="preceptor", user=people["preceptor"]),
    ]
    found = []
    for _each in range(int(count)):
        encounter = book_encounter(
            by=kofi, kind="simulated", site=site, starts_at=now, ends_at=now + timedelta(hours=1), seats=wanted
        )
        seats = {}
        with locked(encounter.pk):
            for seat in encounter.seats.select_related("encounter"):
                device, cookie = add_device(seat=seat, label="A browser", admitted=True)
                seats[seat.role] = {"seat": str(seat.pk), "cookie": cookie, "device": str(device.pk)}
        found.append({"encounter": str(encounter.pk), "seats": seats})
    return found


def journals() -> Json:
    """What is in the journals: for each seat what it may read, for each encounter every (seq, id, author)."""
    from farward.encounters.models import Encounter
    from farward.encounters.rules import reader_of
    from farward.journal.queries import read_entries
    from farward.journal.verification import verify

    readable, written = {}, {}
    for encounter in Encounter.objects.all():
        everything = read_entries(journal_id=encounter.pk)
        written[str(encounter.pk)] = [[each.seq, str(each.id), each.author] for each in everything]
        for seat in encounter.seats.all():
            page = read_entries(journal_id=encounter.pk, reader=reader_of(seat))
            readable[str(seat.pk)] = [
                [each.seq, str(each.id), each.kind, each.author, each.audience, json.loads(bytes(each.payload))]
                for each in page
            ]
    return {"readable": readable, "written": written, "findings": [str(each) for each in verify(None).findings]}


def main() -> None:
    django.setup()
    command, *arguments = sys.argv[1:]
    result = {"prepare": prepare, "visits": visits, "journals": journals}[command](*arguments)  # type: ignore[operator]
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "farward.settings"
    main()
