"""What is rehearsed and measured: visits of three made-up people, booked in data of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from farward.encounters.models import Encounter, Seat
    from farward.people.models import Site, User

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
    site, people = _open_school(environ)
    encounter = _book("clinic", site, people, ("patient", "learner", "preceptor"))
    return Booked(str(encounter.id), _seats(encounter), _link(encounter.seats.get(role="patient"), people))


def book_simulated(environ: Mapping[str, str]) -> Callable[[Sequence[str]], dict[str, dict[str, str]]]:
    """Make a school; returns what books a simulated visit for these roles.

    That gives `{"seats": {role: id}, "links": {role: url}, "sessions": {role: key}}`; a seat of an account opens by its
    link only where the account is signed in.
    """
    site, people = _open_school(environ)

    def book(roles: Sequence[str]) -> dict[str, dict[str, str]]:
        encounter = _book("simulated", site, people, roles)
        links = {seat.role: _link(seat, people) for seat in encounter.seats.all()}
        sessions = {role: _session(people[role]) for role in roles if role in people}
        return {"seats": _seats(encounter), "links": links, "sessions": sessions}

    return book


def _open_school(environ: Mapping[str, str]) -> tuple[Site, dict[str, User]]:
    os.environ.update({name: value for name, value in environ.items() if name.startswith("FARWARD_")})
    from farward.cli.house import start_django

    start_django()
    from farward.people.models import Membership, Role, Site, User

    site = Site.objects.create(name="Rehearsal site", time_zone="UTC", phone="+254 20 555 0100")
    people = {}
    for role, email in {**EMAILS, "coordinator": "kofi@school.example"}.items():
        people[role] = User.objects.create_user(email, PASSWORD, name=NAMES.get(role, "Kofi Mensah"))
        Membership.objects.create(user=people[role], site=site, role=Role(role))
    return site, people


def _book(kind: str, site: Site, people: Mapping[str, User], roles: Sequence[str]) -> Encounter:
    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter

    now = timezone.now()
    return book_encounter(
        by=people["coordinator"],
        kind=kind,
        site=site,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        seats=[
            SeatRequest(role=role, user=people[role]) if role in people else SeatRequest(role=role, name=NAMES[role])
            for role in roles
        ],
        brief="Cough for two weeks, worse at night.",
    )


def _seats(encounter: Encounter) -> dict[str, str]:
    return {seat.role: str(seat.id) for seat in encounter.seats.all()}


def _link(seat: Seat, people: Mapping[str, User]) -> str:
    from farward.encounters.actions.invitations import issue_invitation

    return issue_invitation(by=people["coordinator"], seat=seat).url


def _session(user: User) -> str:
    from django.conf import settings
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return str(request.session.session_key)


def journal_of(encounter: str) -> list[tuple[str, str, str]]:
    """The journal as the server has it: kind, audience and payload JSON of each entry."""
    from uuid import UUID

    from farward.journal.queries import read_entries

    return [
        (entry.kind, entry.audience, bytes(entry.payload).decode())
        for entry in read_entries(journal_id=UUID(encounter))
    ]
