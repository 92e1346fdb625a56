"""Giving out links on the pages, and taking one's own seat."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.invitations import redeem_invitation
from farward.encounters.errors import LinkRefused
from farward.encounters.models import Device, Encounter, Invitation, Seat, SeatRole
from farward.people.models import User
from farward.web.templatetags.farward import qr
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


@pytest.fixture
def patient(encounter: Encounter) -> Seat:
    return encounter.seats.get(role=SeatRole.PATIENT)


@pytest.fixture
def desk(client: Client, kofi: User) -> Client:
    client.force_login(kofi)
    return client


def post_link(client: Client, seat: Seat, act: str) -> str:
    answer = client.post(f"/e/{seat.encounter_id}/seats/{seat.pk}/link", {"act": act}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def link_in(page: str) -> tuple[str, str]:
    """The id and the token of the link on a page."""
    found = re.search(r'value="[^"]*/j#([0-9a-f]{32})\.([\w-]{43})"', page)
    assert found
    return found[1], found[2]


def test_a_link_is_shown_once_with_its_code_and_opens_the_seat(desk: Client, patient: Seat) -> None:
    page = post_link(desk, patient, "issue")
    link_id, token = link_in(page)
    assert "<svg" in page
    assert redeem_invitation(link_id=link_id, token=token, label="Phone").seat == patient
    assert token not in desk.get(f"/e/{patient.encounter_id}/").content.decode()


def test_the_state_of_a_link_goes_from_none_to_given_out_to_opened(desk: Client, patient: Seat) -> None:
    url = f"/e/{patient.encounter_id}/"
    assert "No link yet" in desk.get(url).content.decode()
    link_id, token = link_in(post_link(desk, patient, "issue"))
    assert "Link given out" in desk.get(url).content.decode()
    redeem_invitation(link_id=link_id, token=token, label="Phone")
    assert "Link opened" in desk.get(url).content.decode()
    Seat.objects.filter(pk=patient.pk).update(presence="joined")
    assert ">Here<" in desk.get(url).content.decode()


def test_a_new_link_ends_the_one_before_it(desk: Client, patient: Seat) -> None:
    link_id, token = link_in(post_link(desk, patient, "issue"))
    post_link(desk, patient, "issue")
    with pytest.raises(LinkRefused, match="no longer"):
        redeem_invitation(link_id=link_id, token=token, label="Phone")


def test_a_link_goes_out_by_mail_and_the_page_says_where_to(desk: Client, patient: Seat) -> None:
    page = post_link(desk, patient, "mail")
    assert "Mailed to rivera@mail.example" in page
    assert "/j#" in mail.outbox[0].body
    assert "Rivera" not in mail.outbox[0].subject


def test_where_mail_fails_the_link_is_there_to_be_passed_on(
    desk: Client, patient: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _broken)
    page = post_link(desk, patient, "mail")
    assert "could not be sent" in page
    link_in(page)


def test_without_a_mail_server_nobody_is_told_that_a_mail_went_out(
    desk: Client, patient: Seat, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = post_link(desk, patient, "mail")
    assert "No mail server is set up, so nothing was sent" in page
    assert "Mailed to" not in page
    link_in(page)


def _broken(*_args: object, **_kwargs: object) -> int:
    raise OSError("no mail server")


def test_a_revoked_link_opens_nothing(desk: Client, patient: Seat) -> None:
    link_id, token = link_in(post_link(desk, patient, "issue"))
    assert "Revoked" in post_link(desk, patient, "revoke")
    with pytest.raises(LinkRefused):
        redeem_invitation(link_id=link_id, token=token, label="Phone")
    assert "No link yet" in desk.get(f"/e/{patient.encounter_id}/").content.decode()


def test_the_encounters_own_preceptor_gives_out_links(client: Client, osei: User, patient: Seat) -> None:
    client.force_login(osei)
    link_in(post_link(client, patient, "issue"))


def test_a_seat_of_another_encounter_is_not_found_under_this_one(desk: Client, patient: Seat, booked: Booker) -> None:
    other = booked(starts_at=timezone.now() + timedelta(hours=3))
    answer = desk.post(f"/e/{other.pk}/seats/{patient.pk}/link", {"act": "issue"})
    assert answer.status_code == 404
    assert not Invitation.objects.exists()


def test_no_link_is_given_out_for_a_visit_that_is_over(desk: Client, patient: Seat) -> None:
    desk.post(f"/e/{patient.encounter_id}/cancel")
    assert "no more links" in post_link(desk, patient, "issue")


def test_a_learner_comes_into_the_lobby_by_the_own_account(client: Client, amina: User, encounter: Encounter) -> None:
    client.force_login(amina)
    seat = encounter.seats.get(role=SeatRole.LEARNER)
    first = client.post(f"/e/{encounter.pk}/enter")
    assert first.status_code == 307
    second = client.post(first["Location"])
    assert second["Location"] == f"/s/{seat.pk}/lobby"
    cookie = second.cookies["seat"]
    assert cookie["path"] == f"/s/{seat.pk}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_coming_back_with_the_same_browser_is_no_second_device(
    client: Client, amina: User, encounter: Encounter
) -> None:
    client.force_login(amina)
    for _again in range(2):
        client.post(f"/e/{encounter.pk}/enter", follow=False)
        seat = encounter.seats.get(role=SeatRole.LEARNER)
        client.post(f"/s/{seat.pk}/enter", headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    assert [device.label for device in Device.objects.filter(seat=seat)] == ["Firefox on Linux"]


def test_an_observer_with_an_account_sees_the_page_and_may_enter(client: Client, booked: Booker, site: object) -> None:
    lena = make_person("Lena Brandt")
    encounter = booked(extra=(SeatRequest(role="observer", user=lena),))
    client.force_login(lena)
    assert client.get(f"/e/{encounter.pk}/").status_code == 200
    assert client.post(f"/e/{encounter.pk}/enter").status_code == 307


def test_a_code_is_inline_svg_without_script_style_or_the_link_in_words() -> None:
    url = "https://farward.school.example/j#abc.secret"
    drawing = qr(url, "Code")
    assert drawing.startswith('<div role="img" aria-label="Code"><svg')
    for unwanted in ("secret", "<script", "style=", "http"):
        assert unwanted not in drawing
    assert qr(url, "Code") != qr(url + "x", "Code")
