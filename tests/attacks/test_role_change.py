"""Rights that were taken away end at once, in sessions and devices that are open already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from farward.encounters.models import Encounter
from farward.people.models import Membership
from tests.encounters.support import bring_to, code_of, new_device, seat_of, send

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_coordinator_who_is_none_any_more_does_nothing_more(kofi: User, booked: Booker) -> None:
    encounter, client = booked(), signed_in(kofi)
    assert client.get(f"/e/{encounter.pk}/").status_code == 200
    Membership.objects.filter(user=kofi).delete()
    for page in (f"/e/{encounter.pk}/", "/people/", "/e/new", "/week/"):
        assert client.get(page).status_code == 404
    assert client.post(f"/e/{encounter.pk}/cancel").status_code == 404
    encounter.refresh_from_db()
    assert encounter.status == "booked"


def test_a_form_that_was_open_before_is_refused_after(kofi: User, amina: User) -> None:
    """The page was drawn while the right stood; what counts is the moment of the request."""
    client = signed_in(kofi)
    assert client.get(f"/people/{amina.pk}/").status_code == 200
    Membership.objects.filter(user=kofi).update(role="support")
    assert client.post(f"/people/{amina.pk}/", {"name": "Mine", "email": "a@evil.example"}).status_code == 404
    amina.refresh_from_db()
    assert amina.name == "Amina Yusuf"


def test_a_closed_account_is_out_with_its_next_request(amina: User, booked: Booker) -> None:
    encounter, client = booked(), signed_in(amina)
    assert client.get(f"/e/{encounter.pk}/").status_code == 200
    amina.is_active = False
    amina.save()
    answer = client.get(f"/e/{encounter.pk}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_seat_that_was_taken_away_reads_and_writes_nothing(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    learner = seat_of(encounter, "learner")
    _device, token = new_device(learner)
    device = Client(headers={"Cookie": f"seat={token}"})
    assert device.get(f"/s/{learner.pk}/note.bin").status_code == 200
    assert code_of(send(seat_of(encounter, "preceptor"), "remove", {"seat": str(learner.pk)})) == "ok"
    assert device.get(f"/s/{learner.pk}/note.bin").status_code == 404
    assert device.get(f"/s/{learner.pk}/").status_code == 404
    assert code_of(send(learner, "message", {"text": "Still here"})) == "removed"


def test_a_seat_of_a_cancelled_visit_opens_nothing(booked: Booker) -> None:
    encounter = booked()
    patient = seat_of(encounter, "patient")
    _device, token = new_device(patient)
    device = Client(headers={"Cookie": f"seat={token}"})
    assert device.get(f"/s/{patient.pk}/lobby").status_code == 200
    Encounter.objects.filter(pk=encounter.pk).update(status="cancelled")
    assert device.get(f"/s/{patient.pk}/lobby").status_code == 404
    assert code_of(send(patient, "message", {"text": "Hello"})) == "cancelled"


def test_a_session_does_not_outlive_its_day(amina: User) -> None:
    client = signed_in(amina)
    stored = client.session
    stored.set_expiry(timezone.now() - timedelta(seconds=1))
    stored.save()
    assert client.get("/").status_code == 302
