"""The one encounter that is rehearsed: a clinic visit with three made-up people, booked in the rehearsal's own data."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

#: Everyone is made up; each name appears on the screens of the others.
PATIENT_NAME = "Elena Rivera"
LEARNER_NAME = "Amina Yusuf"
PRECEPTOR_NAME = "Dr Kwame Osei"
NAMES = {"patient": PATIENT_NAME, "learner": LEARNER_NAME, "preceptor": PRECEPTOR_NAME}
EMAILS = {"learner": "amina@school.example", "preceptor": "osei@school.example"}
PASSWORD = "rehearsal-only-passphrase"  # noqa: S105 - an account that lives as long as its temporary directory


@dataclass(frozen=True, slots=True)
class Booked:
    """The encounter, its seats by role, and the patient's link."""

    encounter: str
    seats: Mapping[str, str]
    link: str


def book_rehearsal(environ: Mapping[str, str]) -> Booked:
    """Make site, people and encounter with Django in this process; the server meanwhile runs in its own."""
    os.environ.update({name: value for name, value in environ.items() if name.startswith("FARWARD_")})
    from farward.cli.house import start_django

    start_django()
    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter
    from farward.encounters.actions.invitations import issue_invitation
    from farward.people.models import Membership, Role, Site, User

    site = Site.objects.create(name="Rehearsal site", time_zone="UTC", phone="+254 20 555 0100")
    accounts = {}
    for role, email in {**EMAILS, "coordinator": "kofi@school.example"}.items():
        accounts[role] = User.objects.create_user(email, PASSWORD, name=NAMES.get(role, "Kofi Mensah"))
        Membership.objects.create(user=accounts[role], site=site, role=Role(role))
    now = timezone.now()
    encounter = book_encounter(
        by=accounts["coordinator"],
        kind="clinic",
        site=site,
        rotation=None,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        seats=[
            SeatRequest(role="patient", name=PATIENT_NAME),
            SeatRequest(role="learner", user=accounts["learner"]),
            SeatRequest(role="preceptor", user=accounts["preceptor"]),
        ],
        brief="Cough for two weeks, worse at night.",
    )
    seats = {seat.role: seat for seat in encounter.seats.all()}
    issued = issue_invitation(by=accounts["coordinator"], seat=seats["patient"])
    return Booked(str(encounter.id), {role: str(seat.id) for role, seat in seats.items()}, issued.url)


def book_simulated(environ: Mapping[str, str]) -> Callable[[Sequence[str]], dict[str, dict[str, str]]]:
    """Make a school; returns what books a simulated visit for these roles.

    That gives `{"seats": {role: id}, "links": {role: url}}`.
    """
    os.environ.update({name: value for name, value in environ.items() if name.startswith("FARWARD_")})
    from farward.cli.house import start_django

    start_django()
    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter
    from farward.encounters.actions.invitations import issue_invitation
    from farward.people.models import Membership, Role, Site, User

    site = Site.objects.create(name="Rehearsal site", time_zone="UTC")
    people = {}
    for role, email in {**EMAILS, "coordinator": "kofi@school.example"}.items():
        people[role] = User.objects.create_user(email, PASSWORD, name=NAMES.get(role, "Kofi Mensah"))
        Membership.objects.create(user=people[role], site=site, role=Role(role))

    def book(roles: Sequence[str]) -> dict[str, dict[str, str]]:
        requests = [
            SeatRequest(role=role, user=people[role]) if role in people else SeatRequest(role=role, name=NAMES[role])
            for role in roles
        ]
        now = timezone.now()
        encounter = book_encounter(
            by=people["coordinator"],
            kind="simulated",
            site=site,
            rotation=None,
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            seats=requests,
            brief="Cough for two weeks, worse at night.",
        )
        seats = {seat.role: seat for seat in encounter.seats.all()}
        links = {role: issue_invitation(by=people["coordinator"], seat=seat).url for role, seat in seats.items()}
        return {"seats": {role: str(seat.id) for role, seat in seats.items()}, "links": links}

    return book


def journal_of(encounter: str) -> list[tuple[str, str, str]]:
    """The journal as the server has it: kind, audience and payload JSON of each entry."""
    from uuid import UUID

    from farward.journal.queries import read_entries

    return [
        (entry.kind, entry.audience, bytes(entry.payload).decode())
        for entry in read_entries(journal_id=UUID(encounter))
    ]
