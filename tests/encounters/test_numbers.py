"""Who is given whose telephone number, and what a visit is reckoned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.bookings import check_seats
from farward.encounters.connection.queries import numbers_for, weight_of
from farward.encounters.errors import BookingInvalid
from farward.encounters.identity import Identity, seal_identity
from farward.encounters.models import Encounter, Kind, Seat, Status
from farward.people.models import Site, User
from farward.people.phones import tel_of
from tests.fixtures.cast import make_person
from tests.seats.test_pages import open_seat

from .support import seat_of

if TYPE_CHECKING:
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

PATIENTS, SITES = "+254 700 000 009", "+254 700 000 001"


@pytest.fixture
def encounter(booked: Booker, site: Site) -> Encounter:
    """A visit with all seven roles; Ms Rivera gave her number."""
    extra = [SeatRequest(role=role, name="Ada") for role in ("companion", "interpreter", "helper")]
    encounter = booked(extra=tuple(extra))
    Seat.objects.create(encounter=encounter, role="observer", user=make_person("Sam", site, "learner"))
    patient = seat_of(encounter, "patient")
    identity = Identity(name="Ms Rivera", phone=PATIENTS)
    patient.identity = seal_identity(encounter_id=encounter.pk, seat_id=patient.pk, identity=identity)
    patient.save()
    return encounter


def numbers(encounter: Encounter, role: str) -> set[str | None]:
    return {found["number"] for found in numbers_for(seat_of(encounter, role))}


@pytest.mark.parametrize("role", ["learner", "preceptor"])
def test_who_cares_for_the_patient_may_call_her_and_the_site(role: str, encounter: Encounter) -> None:
    assert numbers(encounter, role) == {PATIENTS, SITES}


@pytest.mark.parametrize("role", ["patient", "companion", "interpreter", "observer", "helper"])
def test_everyone_else_is_given_the_sites_number_and_no_persons(role: str, encounter: Encounter) -> None:
    assert numbers(encounter, role) == {SITES}


def test_after_the_close_nobody_is_given_a_persons_number(encounter: Encounter) -> None:
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.CLOSED)
    assert numbers(encounter, "learner") == {SITES}


def test_a_seat_of_another_visit_and_one_that_was_removed_tell_nothing(encounter: Encounter, booked: Booker) -> None:
    assert PATIENTS not in numbers(booked(), "learner")
    patient = seat_of(encounter, "patient")
    Seat.objects.filter(pk=patient.pk).update(removed_at=patient.created_at)
    assert numbers(encounter, "learner") == {SITES}


def test_the_room_of_the_patient_holds_no_persons_number_and_strangers_get_no_room(
    client: Client, encounter: Encounter, amina: User
) -> None:
    path = open_seat(client, amina, encounter, "learner")
    assert PATIENTS in client.get(f"{path}/").content.decode()
    stranger = Client()
    for page in ("/", "/lobby"):
        answer = stranger.get(path + page)
        assert answer.status_code == 404
        assert PATIENTS not in answer.content.decode()


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+254 (0)20-555.0100", "+2540205550100"),
        (" +44 20 7946 0958 ", "+442079460958"),
        ("+12", ""),
        ("0205550100", ""),
        ("+254 20 555 0100;phone-context=x", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_link_to_call_holds_digits_alone(written: str, dialled: str) -> None:
    assert tel_of(written) == dialled


def test_a_booking_with_a_number_that_nobody_could_dial_names_its_field(site: Site, amina: User, osei: User) -> None:
    people = [
        SeatRequest(role="patient", name="Ms Rivera", phone="next door"),
        SeatRequest(role="learner", user=amina),
        SeatRequest(role="preceptor", user=osei),
    ]
    with pytest.raises(BookingInvalid) as refused:
        check_seats(kind="clinic", site=site, seats=people)
    assert refused.value.field == "seats.0.phone"


def test_a_visit_weighs_by_whom_one_sends_to_and_whom_one_hears(encounter: Encounter) -> None:
    # Six seats are wired: the helper is not, and the observer only receives.
    patient, observer = weight_of(seat_of(encounter, "patient")), weight_of(seat_of(encounter, "observer"))
    assert (patient["up"], patient["down"]) == (5, 4)
    assert (observer["up"], observer["down"]) == (0, 5)
    assert patient["price"] is None
    Encounter.objects.filter(pk=encounter.pk).update(kind=Kind.PRACTICE)
    practice = weight_of(seat_of(encounter, "learner"))
    assert (practice["up"], practice["down"]) == (0, 0)
    Site.objects.update(price_per_mb="0.25", currency="KES")
    assert weight_of(seat_of(encounter, "patient"))["price"] == {"perMb": 0.25, "currency": "KES"}
