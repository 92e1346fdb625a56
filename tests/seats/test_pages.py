"""A seat's own pages: who may open them, what the cookie is, and where each one leads."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.devices import seat_for, take_seat
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Encounter, Presence, Status
from farward.people.models import User
from tests.encounters.support import join, seat_of
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def link(booked: Booker, kofi: User) -> tuple[Encounter, dict[str, str]]:
    """Ms Rivera's link, as her browser posts it."""
    encounter = booked()
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    link_id, token = issued.url.split("#")[1].split(".")
    return encounter, {"link": link_id, "token": token}


def post_link(client: Client, link: dict[str, Any]) -> HttpResponse:
    response: Any = client.post("/j", json.dumps(link), content_type="application/json")
    return response  # type: ignore[no-any-return]


def open_seat(client: Client, user: User, encounter: Encounter, role: str) -> str:
    """Hold a seat as its account does; returns the seat's path."""
    seat = seat_of(encounter, role)
    _device, token = take_seat(user=user, seat=seat, label="Test")
    client.force_login(user)
    client.cookies["seat"] = token
    return f"/s/{seat.pk}"


def test_opening_the_link_page_claims_nothing(client: Client, link: tuple[Encounter, dict[str, str]]) -> None:
    encounter, _posted = link
    response = client.get("/j")
    assert response.status_code == 200
    assert "seat" not in response.cookies
    assert seat_of(encounter, "patient").devices.count() == 0


def test_a_posted_link_opens_the_seat_with_a_cookie_for_its_path_alone(
    client: Client, link: tuple[Encounter, dict[str, str]]
) -> None:
    encounter, posted = link
    response = post_link(client, posted)
    seat = seat_of(encounter, "patient")
    assert json.loads(response.content) == {"next": f"/s/{seat.pk}/lobby"}
    cookie = response.cookies["seat"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/s/{seat.pk}/", True, "Lax")
    assert seat_for(seat.pk, cookie.value) is not None


def test_the_same_browser_comes_back_by_its_link_and_another_one_waits(
    client: Client, link: tuple[Encounter, dict[str, str]]
) -> None:
    _encounter, posted = link
    post_link(client, posted)
    assert json.loads(post_link(client, posted).content)["next"].endswith("/lobby")
    other = Client()
    assert json.loads(post_link(other, posted).content)["next"].endswith("/waiting")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"link": 1}', b"\xff", b'{"link": "x", "token": "y", "more": 1}'])
def test_what_is_no_link_gets_the_same_answer_as_a_wrong_one(client: Client, db: None, body: bytes) -> None:
    response = client.post("/j", body, content_type="application/json")
    assert response.status_code == 404
    assert response.json()["code"] == "unknown"
    assert "seat" not in response.cookies


def test_a_link_needs_the_token_that_a_foreign_page_cannot_send(link: tuple[Encounter, dict[str, str]]) -> None:
    _encounter, posted = link
    assert post_link(Client(enforce_csrf_checks=True), posted).status_code == 403


@pytest.mark.parametrize("page", ["lobby", "", "waiting", "left"])
def test_without_the_seats_cookie_every_page_says_only_that_the_device_holds_no_place(
    client: Client, booked: Booker, page: str
) -> None:
    seat = seat_of(booked(), "patient")
    response = client.get(f"/s/{seat.pk}/{page}")
    assert response.status_code == 404
    assert b"Open your link again" in response.content
    assert b"Rivera" not in response.content


def test_another_seats_cookie_opens_nothing(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    open_seat(client, amina, encounter, "learner")
    assert client.get(f"/s/{seat_of(encounter, 'patient').pk}/").status_code == 404


def test_the_lobby_names_role_time_and_people_and_its_title_names_nobody(
    client: Client, booked: Booker, amina: User
) -> None:
    path = open_seat(client, amina, booked(), "learner")
    page = client.get(f"{path}/lobby").content.decode()
    assert "You join as: Learner" in page
    assert "Ms Rivera" in page
    assert "<title>Before you join · Farward</title>" in page


def test_only_the_device_that_holds_the_seat_may_keep_the_room_and_for_seven_days(
    client: Client, booked: Booker, amina: User
) -> None:
    encounter = booked()
    lease = '<script id="lease"'
    assert lease not in Client().get(f"/s/{seat_of(encounter, 'learner').pk}/").content.decode()
    path = open_seat(client, amina, encounter, "learner")
    assert lease in client.get(f"{path}/").content.decode()
    assert lease not in client.get(f"/s/{seat_of(encounter, 'patient').pk}/").content.decode()
    second = Client()
    open_seat(second, amina, encounter, "learner")
    second.post(f"{path}/go")
    assert lease not in client.get(f"{path}/").content.decode()


def test_a_room_that_opens_later_shows_from_when_and_lets_nobody_in_before(
    client: Client, booked: Booker, amina: User
) -> None:
    encounter = booked(starts_at=timezone.now() + timedelta(hours=3))
    path = open_seat(client, amina, encounter, "learner")
    assert "The room opens on" in client.get(f"{path}/lobby").content.decode()
    assert client.post(f"{path}/go")["Location"] == f"{path}/lobby"
    assert client.get(f"{path}/")["Location"] == f"{path}/lobby"


def test_a_seat_that_is_open_elsewhere_asks_before_it_is_taken_over(
    client: Client, booked: Booker, amina: User
) -> None:
    encounter = booked()
    first = Client()
    open_seat(first, amina, encounter, "learner")
    join(seat_of(encounter, "learner"))
    path = open_seat(client, amina, encounter, "learner")
    assert "Continue on this one?" in client.get(f"{path}/lobby").content.decode()
    assert client.get(f"{path}/")["Location"] == f"{path}/lobby"
    assert client.post(f"{path}/go")["Location"] == f"{path}/"
    assert client.get(f"{path}/").status_code == 200
    assert first.get(f"{path}/").status_code == 404


def test_a_device_that_waits_sees_only_the_waiting_page_until_it_is_let_in(
    client: Client, link: tuple[Encounter, dict[str, str]]
) -> None:
    encounter, posted = link
    post_link(Client(), posted)
    post_link(client, posted)
    path = f"/s/{seat_of(encounter, 'patient').pk}"
    assert client.get(f"{path}/lobby")["Location"] == f"{path}/waiting"
    assert client.get(f"{path}/waiting", headers={"accept": "application/json"}).json() == {"next": None}
    seat_of(encounter, "patient").devices.filter(admitted_at=None).update(admitted_at=timezone.now())
    answer = client.get(f"{path}/waiting", headers={"accept": "application/json"}).json()
    assert answer == {"next": f"{path}/lobby"}


def test_the_room_is_drawn_for_its_role(client: Client, booked: Booker, osei: User) -> None:
    path = open_seat(client, osei, booked(), "preceptor")
    page = client.get(f"{path}/").content.decode()
    assert 'data-role="preceptor"' in page
    assert 'id="stance"' in page
    assert 'id="vitals"' in page
    assert "<title>Your visit · Farward</title>" in page


def test_no_form_of_the_room_takes_words_before_anybody_reads_them(client: Client, booked: Booker, osei: User) -> None:
    """Until the scripts are there a form would be sent as an address, with the words in it."""
    page = client.get(f"{open_seat(client, osei, booked(), 'preceptor')}/").content.decode()
    waiting = re.findall(r'<form id="([\w-]+)"[^>]* inert data-waits>', page)
    assert waiting == ["compose", "mark-form", "vitals-form", "help-form"]


def test_the_patients_room_holds_nothing_that_is_for_staff(
    client: Client, link: tuple[Encounter, dict[str, str]]
) -> None:
    encounter, posted = link
    post_link(client, posted)
    page = client.get(f"/s/{seat_of(encounter, 'patient').pk}/").content.decode()
    assert 'data-role="patient"' in page
    for part in ('id="stance"', 'id="vitals"', 'id="note"', 'id="mark-panel"', "Cough for three weeks"):
        assert part not in page


def test_consent_texts_come_with_a_clinic_visit_and_not_with_a_simulated_one(
    client: Client, booked: Booker, amina: User
) -> None:
    path = open_seat(client, amina, booked(kind="clinic"), "learner")
    assert b'id="consent-texts"' in client.get(f"{path}/").content
    path = open_seat(client, amina, booked(starts_at=timezone.now() + timedelta(minutes=5)), "learner")
    assert b'id="consent-texts"' not in client.get(f"{path}/").content


def test_leaving_by_the_form_leaves_the_seat_and_shows_the_way_back(
    client: Client, booked: Booker, amina: User
) -> None:
    encounter = booked()
    path = open_seat(client, amina, encounter, "learner")
    join(seat_of(encounter, "learner"))
    response = client.post(f"{path}/leave")
    assert response["Location"] == f"{path}/left"
    assert seat_of(encounter, "learner").presence == Presence.LEFT
    page = client.get(f"{path}/left").content.decode()
    assert "You have left the visit" in page
    assert f'href="{path}/lobby"' in page


def test_once_the_visit_is_over_the_patients_pages_say_goodbye(
    client: Client, link: tuple[Encounter, dict[str, str]]
) -> None:
    encounter, posted = link
    post_link(client, posted)
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.CLOSED, phase="closed")
    path = f"/s/{seat_of(encounter, 'patient').pk}"
    assert client.get(f"{path}/")["Location"] == f"{path}/left"
    assert "The visit is over." in client.get(f"{path}/left").content.decode()


@pytest.mark.parametrize(("role", "page"), [("patient", "summary/"), ("companion", "summary/"), ("helper", "left")])
def test_once_the_visit_is_over_its_link_leads_this_browser_to_what_stays(
    client: Client, booked: Booker, kofi: User, role: str, page: str
) -> None:
    encounter = booked(extra=[SeatRequest(role=each, name="X") for each in ("companion", "helper")])
    seat = seat_of(encounter, role)
    link_id, token = issue_invitation(by=kofi, seat=seat).url.split("#")[1].split(".")
    posted = {"link": link_id, "token": token}
    post_link(client, posted)
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.CLOSED, phase="closed")
    there = json.loads(post_link(client, posted).content)["next"]
    assert there == f"/s/{seat.pk}/{page}"
    assert client.get(there).status_code == 200
    other = post_link(Client(), posted)
    assert (other.status_code, json.loads(other.content)["code"]) == (404, "expired")


@pytest.mark.parametrize(("asked", "given"), [("8192", 8192), ("999999999", 16384), ("-5", 0), ("many", 1), ("", 1)])
def test_the_connection_check_gets_as_many_bytes_as_it_asks_for_within_limits(
    client: Client, booked: Booker, amina: User, asked: str, given: int
) -> None:
    path = open_seat(client, amina, booked(), "learner")
    assert len(client.get(f"{path}/ping?bytes={asked}").content) == given


def test_a_stranger_gets_no_bytes(client: Client, booked: Booker) -> None:
    assert client.get(f"/s/{seat_of(booked(), 'patient').pk}/ping?bytes=8192").status_code == 404


@pytest.mark.parametrize("page", ["go", "leave"])
def test_what_changes_something_is_not_done_by_a_get(client: Client, booked: Booker, amina: User, page: str) -> None:
    path = open_seat(client, amina, booked(), "learner")
    assert client.get(f"{path}/{page}").status_code == 405
