"""A school with two sites and everyone who might ask, around one running visit with every role and everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import mock
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.utils import timezone

from farward.encounters.bookings import MOST_SEATS
from farward.encounters.recordings.rules import RECORDED
from farward.policy.people import ACCOUNTS, EVERY_SEAT, STAFF
from farward.privacy.models import Flag
from tests.captures.test_captures import kept_still
from tests.clips.test_clips import spoken
from tests.encounters.support import agree, bring_to, new_device, new_id, seat_of
from tests.fixtures.cast import Booker, make_person
from tests.recordings.support import all_agree, begun, id_in, recorded

if TYPE_CHECKING:
    from farward.encounters.models import Encounter
    from farward.people.models import Rotation, Site, User

NOTHING = UUID(int=7)
#: Seats that an account holds here; the others came by link.
SEATED = ("learner", "preceptor", "observer", "helper")


@dataclass
class World:
    """Clients by column. `own`: accounts seated in the visit, by the seat's role; `seats`: devices that hold one."""

    encounter: Encounter
    other: Encounter
    rotation: Rotation
    own: dict[str, Client] = field(default_factory=dict)
    site: dict[str, Client] = field(default_factory=dict)
    far: dict[str, Client] = field(default_factory=dict)
    seats: dict[str, Client] = field(default_factory=dict)
    strangers: dict[str, Client] = field(default_factory=dict)
    nobody: dict[str, Client] = field(default_factory=dict)
    still: UUID = NOTHING
    clip: UUID = NOTHING
    recording: UUID = NOTHING
    #: What each role that may be recorded has begun to send.
    uploads: dict[str, UUID] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)


def make_world(booked: Booker, rotation: Rotation, site: Site, other_site: Site) -> World:
    """Build it. Everyone is in the room, in the interview, and the patient agreed to observers."""
    from farward.encounters.actions.booking import SeatRequest

    lena = make_person("Lena Brandt", site, "learner")
    tom = make_person("Tom Reed", site, "learner")
    extra = (
        SeatRequest(role="observer", user=lena),
        SeatRequest(role="helper", user=tom),
        SeatRequest(role="companion", name="Rosa Rivera"),
        SeatRequest(role="interpreter", name="Mateo Cruz"),
    )
    # One more than the mesh carries: here everyone is in one visit, and nobody is connected.
    with mock.patch.dict(MOST_SEATS, dict.fromkeys(MOST_SEATS, 9)):
        encounter = booked(kind="clinic", extra=extra, rotation=rotation)
        # The same people, without anybody who came here: what they hold there opens nothing here.
        other = booked(extra=extra)
    agree(encounter, "visit", "learner", "observers")
    bring_to(encounter, "interview")
    encounter.refresh_from_db()
    world = World(encounter, other, rotation)
    world.things = {"person": lena.pk, "site": site.pk, "rotation": rotation.pk, **_not_theirs(encounter, lena)}
    for role in SEATED:
        world.own[role] = _signed_in(seat_of(encounter, role).user)
    for role in STAFF:
        world.site[role] = _signed_in(make_person(f"Near {role}", site, role, **_rights(role)))
        world.far[role] = _signed_in(make_person(f"Far {role}", other_site, role, **_rights(role)))
    stranger = _signed_in(make_person("Sam Stranger"))
    world.site["stranger"] = world.far["stranger"] = stranger
    for role in EVERY_SEAT:
        world.seats[role] = _holding(seat_of(encounter, role))
        world.strangers[f"{role} of another visit"] = _holding(seat_of(other, role))
    world.strangers["nobody's device"] = Client()
    closed = make_person("Gone Coordinator", site, "coordinator")
    world.nobody = {"not signed in": Client(), "closed account": _signed_in(closed)}
    closed.is_active = False
    closed.save()
    assert world.site.keys() == ACCOUNTS
    _fill(world)
    return world


def _fill(world: World) -> None:
    """A picture of the care team's, a voice note of the room's, a recording, and one begun in each seat."""
    here = world.encounter
    agree(here, "stills")
    world.still = kept_still(here)
    world.clip = spoken(seat_of(here, "learner"))
    all_agree(here)
    world.recording = id_in(recorded(seat_of(here, "learner")))
    world.uploads = {role: id_in(begun(seat_of(here, role))[1]) for role in RECORDED}
    world.uploads |= dict.fromkeys(EVERY_SEAT - RECORDED, world.uploads["learner"])


def _not_theirs(encounter: Encounter, someone: User) -> dict[str, object]:
    """Things of the account of somebody who asks for nothing here, and a signal about somebody."""
    owner = make_person("Owner Elsewhere")
    session = UserSession.objects.create(user=owner, session_key="k" * 32, ip="127.0.0.1", data={})
    key = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    now = timezone.now()
    flag = Flag.objects.create(
        signal=Flag._meta.get_field("signal").choices[0][0],  # type: ignore[index]
        user=someone,
        encounter=encounter.pk,
        day=now.date(),
        entry=new_id(),
        raised_at=now,
    )
    return {"session": session.pk, "pk": key.pk, "flag_id": flag.pk}


def _rights(role: str) -> dict[str, bool]:
    # Django's admin is for superusers; they are administrators.
    return {"is_staff": True, "is_superuser": True} if role == "administrator" else {}


def _signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type] # a User
    return client


def _holding(seat: object) -> Client:
    _device, token = new_device(seat)  # type: ignore[arg-type] # a Seat
    return Client(headers={"Cookie": f"seat={token}"})


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request changed in the databases is as it was before."""
    with transaction.atomic("default"), transaction.atomic("keys"):
        yield
        transaction.set_rollback(True, using="default")
        transaction.set_rollback(True, using="keys")
