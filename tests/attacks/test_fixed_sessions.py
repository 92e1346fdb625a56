"""An attacker plants a session or a cookie that they know in somebody's browser, and waits until it has rights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Device
from tests.encounters.support import new_device, parts_of, seat_of

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

PASSWORD = "a long walk to the ward"
SESSION = settings.SESSION_COOKIE_NAME


@pytest.fixture
def known(amina: User) -> User:
    amina.set_password(PASSWORD)
    amina.save()
    return amina


def test_the_session_from_before_signing_in_opens_nothing_after(known: User) -> None:
    attacker, victim = Client(), Client()
    attacker.get("/j")
    stored = attacker.session
    stored["planted"] = True
    stored.save()
    planted = stored.session_key or ""
    victim.cookies[SESSION] = planted
    victim.post("/accounts/login/", {"login": known.email, "password": PASSWORD})
    assert victim.get("/").status_code == 200
    assert victim.cookies[SESSION].value != planted
    attacker.cookies[SESSION] = planted
    assert attacker.get("/").status_code == 302


def test_a_session_key_that_we_did_not_make_is_not_taken_over(known: User) -> None:
    client = Client()
    client.cookies[SESSION] = "chosenbytheattacker00000000000000"
    client.post("/accounts/login/", {"login": known.email, "password": PASSWORD})
    assert client.cookies[SESSION].value != "chosenbytheattacker00000000000000"


def test_another_password_ends_the_sessions_of_before(known: User) -> None:
    thief, owner = Client(), Client()
    for client in (thief, owner):
        client.post("/accounts/login/", {"login": known.email, "password": PASSWORD})
    new = "another walk to the ward"
    owner.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    known.refresh_from_db()
    assert known.check_password(new)
    assert thief.get("/").status_code == 302


def test_a_planted_seat_cookie_is_not_taken_over_by_the_link(booked: Booker, kofi: User) -> None:
    """The attacker puts the cookie of a seat of their own, or an invented one, where the patient's will be."""
    encounter, elsewhere = booked(), booked()
    link, token = parts_of(issue_invitation(by=kofi, seat=seat_of(encounter, "patient")))
    _device, theirs = new_device(seat_of(elsewhere, "patient"))
    for planted in (theirs, "invented"):
        patient = Client()
        patient.cookies["seat"] = planted
        patient.cookies[f"link-{link}"] = planted
        answer = patient.post("/j", json.dumps({"link": link, "token": token}), content_type="application/json")
        assert answer.status_code == 200
        assert patient.cookies["seat"].value not in {planted, ""}
    assert Device.objects.filter(seat=seat_of(encounter, "patient")).count() == 2
