"""A patient sees who has seen what of the own visit, and nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from farward.encounters.doors import SEAT_COOKIE
from farward.encounters.models import Encounter, Seat
from farward.people.models import User
from farward.privacy.models import AccessRecord
from tests.encounters.support import bring_to, new_device, seat_of
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked(kind="clinic")
    bring_to(encounter, "closed")
    return encounter


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def as_seat(seat: Seat) -> Client:
    client = Client()
    client.cookies[SEAT_COOKIE] = new_device(seat)[1]
    return client


@pytest.fixture
def patient(encounter: Encounter) -> Client:
    return as_seat(seat_of(encounter, "patient"))


def page_of(client: Client, encounter: Encounter) -> str:
    return client.get(reverse("seat_seen", args=[seat_of(encounter, "patient").pk])).content.decode()


def test_each_who_looked_is_named_with_what_and_how_often(patient: Client, encounter: Encounter, osei: User) -> None:
    for _time in range(2):
        as_user(osei).get(reverse("note", args=[encounter.pk]))
    page = page_of(patient, encounter)
    assert "Dr Osei" in page
    assert "The note" in page
    assert "2 times that day" in page


def test_lists_and_the_own_looks_are_left_out(patient: Client, encounter: Encounter, kofi: User) -> None:
    as_user(kofi).get(reverse("week"))
    page_of(patient, encounter)
    assert "Nobody has opened it yet." in page_of(patient, encounter)


def test_the_own_look_is_recorded_as_the_own(patient: Client, encounter: Encounter) -> None:
    page_of(patient, encounter)
    assert [(line.view, line.why, line.role) for line in AccessRecord.objects.all()] == [
        ("seat_seen", "own", "patient")
    ]


def test_no_address_or_reason_of_staff_is_shown(patient: Client, encounter: Encounter, osei: User) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(osei)
    client.get(reverse("note", args=[encounter.pk]))
    assert "203.0.113.9" not in page_of(patient, encounter)


def test_the_summary_leads_there_for_the_patient_alone(patient: Client, encounter: Encounter) -> None:
    seat = seat_of(encounter, "patient")
    there = reverse("seat_seen", args=[seat.pk])
    assert there in patient.get(reverse("seat_summary", args=[seat.pk])).content.decode()
    learner = seat_of(encounter, "learner")
    assert "/seen/" not in as_seat(learner).get(reverse("seat_summary", args=[learner.pk])).content.decode()


def test_another_seat_of_the_visit_opens_nothing(encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    assert as_seat(learner).get(reverse("seat_seen", args=[learner.pk])).status_code == 404


def test_the_patient_of_another_visit_opens_nothing(encounter: Encounter, booked: Booker) -> None:
    other = as_seat(seat_of(booked(kind="clinic"), "patient"))
    assert other.get(reverse("seat_seen", args=[seat_of(encounter, "patient").pk])).status_code == 404


def test_accounts_and_strangers_open_nothing(encounter: Encounter, osei: User, sam: User, client: Client) -> None:
    address = reverse("seat_seen", args=[seat_of(encounter, "patient").pk])
    assert [who.get(address).status_code for who in (as_user(osei), as_user(sam), client)] == [404, 404, 404]
