"""What the queue holds up for a second look, and what it leaves in peace."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat
from django.utils import timezone

from farward.encounters.accounting.names import same_person, same_surname
from farward.encounters.accounting.signals import look_for_signals
from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter
from farward.people.models import Rotation, Site, User
from farward.privacy.accesses import Access, record_access
from farward.privacy.models import Flag, Watch
from farward.privacy.words import Act, Data, Why
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db


def look(user: User, encounter: UUID, what: Data = Data.NOTE, why: Why = Why.CARE) -> None:
    record_access(
        Access(what=what, act=Act.READ, view="note", why=why, role="preceptor", user=user.pk, encounters=(encounter,))
    )


def signals(after: timedelta = timedelta(minutes=1)) -> list[tuple[str, str]]:
    look_for_signals(now=timezone.now() + after)
    return [(flag.signal, flag.user.name) for flag in Flag.objects.select_related("user").order_by("pk")]


def ended(encounter: Encounter, ago: timedelta) -> Encounter:
    """As if it had taken place so long ago."""
    begins = timezone.now() - ago
    Encounter.objects.filter(pk=encounter.pk).update(starts_at=begins, ends_at=begins + timedelta(minutes=40))
    return encounter


@pytest.fixture
def clinic(booked: Booker) -> Encounter:
    return booked(kind="clinic")


def test_an_ordinary_look_raises_nothing(clinic: Encounter, amina: User, osei: User) -> None:
    look(amina, clinic.pk)
    look(osei, clinic.pk)
    assert signals() == []


def test_the_same_surname_is_held_up_once_a_day(clinic: Encounter, site: Site) -> None:
    relative = make_person("Ana Rivera", site, "preceptor")
    for _time in range(3):
        look(relative, clinic.pk)
    assert signals() == [("same_surname", "Ana Rivera")]
    look(relative, clinic.pk)
    assert len(signals()) == 1


def test_the_own_record_is_known_by_the_address(clinic: Encounter, site: Site) -> None:
    patient = make_person("Somebody Else", site, "preceptor")
    User.objects.filter(pk=patient.pk).update(email="Rivera@mail.example")
    look(patient, clinic.pk)
    assert signals() == [("own_record", "Somebody Else")]


def test_actors_have_no_family(booked: Booker, site: Site) -> None:
    look(make_person("Ana Rivera", site, "preceptor"), booked().pk)
    assert signals() == []


def test_lists_and_reviews_are_left_in_peace(clinic: Encounter, site: Site) -> None:
    relative = make_person("Ana Rivera", site, "preceptor")
    look(relative, clinic.pk, what=Data.SCHEDULE)
    look(relative, clinic.pk, what=Data.ACCESS, why=Why.OVERSIGHT)
    assert signals() == []


def test_who_has_no_place_and_books_nothing_is_outside(clinic: Encounter, support: User, kofi: User) -> None:
    look(support, clinic.pk)
    look(kofi, clinic.pk, what=Data.IDENTITY)
    assert signals() == [("outside", "Noor Haddad")]


def test_long_after_the_visit_a_look_is_outside(booked: Booker, amina: User) -> None:
    look(amina, ended(booked(), timedelta(days=31)).pk)
    assert signals() == [("outside", "Amina Yusuf")]


def test_while_the_rotation_goes_on_it_is_not(booked: Booker, amina: User, rotation: Rotation) -> None:
    look(amina, ended(booked(rotation=rotation), timedelta(days=60)).pk)
    assert signals() == []


def test_a_hundred_records_within_an_hour_are_held_up(osei: User) -> None:
    for _time in range(99):
        look(osei, uuid_utils.compat.uuid7())
    assert signals() == []
    look(osei, uuid_utils.compat.uuid7())
    assert signals() == [("many", "Dr Osei")]


def test_one_record_looked_at_a_hundred_times_is_one(clinic: Encounter, osei: User) -> None:
    for _time in range(100):
        look(osei, clinic.pk)
    assert signals() == []


def test_what_may_still_be_joined_by_an_earlier_one_waits(clinic: Encounter, site: Site) -> None:
    look(make_person("Ana Rivera", site, "preceptor"), clinic.pk)
    assert signals(after=timedelta()) == []
    assert Watch.objects.get().last == 0
    assert len(signals()) == 1


def test_each_record_is_looked_through_once(clinic: Encounter, osei: User) -> None:
    look(osei, clinic.pk)
    later = timezone.now() + timedelta(minutes=1)
    assert look_for_signals(now=later) == 1
    assert look_for_signals(now=later) == 0


def test_a_companion_is_not_the_patient(booked: Booker, site: Site) -> None:
    encounter = booked(kind="clinic", extra=(SeatRequest(role="companion", name="Luz Tan"),))
    look(make_person("Bea Tan", site, "preceptor"), encounter.pk)
    assert signals() == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Rivera", "Ms Rivera", True),
        ("Ana Núñez", "JOSÉ NUNEZ", True),
        ("Ana Rivera", "Rivera Santos", False),
        ("", "", False),
        ("Dr", "Dr", False),
    ],
)
def test_surnames_are_compared_as_people_write_them(one: str, other: str, same: bool) -> None:
    assert same_surname(one, other) is same


def test_a_surname_alone_is_not_the_same_person() -> None:
    assert same_person("Rivera Ana", "Ms Ana Rivera")
    assert not same_person("Ms Rivera", "Rivera")
