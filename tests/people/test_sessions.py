"""Where one is signed in, and ending that: with the session goes all that came by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from farward.encounters.models import Device
from farward.people.actions import Grant, change_person
from farward.people.models import Role, Site, User
from tests.encounters.support import seat_of
from tests.fixtures.cast import Booker
from tests.people.signing import PASSWORD, give_password, sign_in

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def here(client: Client, amina: User) -> Client:
    sign_in(client, give_password(amina))
    return client


@pytest.fixture
def phone(here: Client, amina: User) -> Client:
    """Amina's phone, signed in too."""
    browser = Client(headers={"User-Agent": PHONE})
    sign_in(browser, amina)
    return browser


def row_of(browser: Client) -> UserSession:
    return UserSession.objects.get(session_key=browser.session.session_key)


def enter(browser: Client, booked: Booker, role: str = "learner") -> str:
    """Take the account's seat; returns the seat's path."""
    encounter = booked()
    answer = browser.post(f"/e/{encounter.pk}/enter", follow=True)
    assert answer.status_code == 200
    return f"/s/{seat_of(encounter, role).pk}/"


def test_each_browser_is_a_row_with_its_name(here: Client, phone: Client) -> None:
    page = here.get("/accounts/sessions/").content.decode()
    assert "Chrome on Android" in page
    assert "This one" in page


def test_another_browser_is_signed_out_from_here(here: Client, phone: Client) -> None:
    here.post(f"/accounts/sessions/{row_of(phone).pk}/end")
    assert phone.get("/").headers["Location"].startswith("/accounts/login/")
    assert here.get("/").status_code == 200


def test_ending_a_session_ends_the_seats_that_came_by_it(here: Client, phone: Client, booked: Booker) -> None:
    seat = enter(phone, booked)
    assert phone.get(seat).status_code == 200
    assert "Has opened a visit" in here.get("/accounts/sessions/").content.decode()
    here.post(f"/accounts/sessions/{row_of(phone).pk}/end")
    assert Device.objects.get().revoked_at is not None
    assert phone.get(seat).status_code == 404


def test_all_others_are_ended_at_once(here: Client, phone: Client, booked: Booker) -> None:
    enter(phone, booked)
    here.post("/accounts/sessions/end")
    assert phone.get("/").status_code == 302
    assert Device.objects.get().revoked_at is not None
    assert here.get("/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(here: Client, osei: User, administrator: User) -> None:
    target = row_of(here).pk
    for person in (osei, administrator):
        other = Client()
        other.force_login(person)
        assert other.post(f"/accounts/sessions/{target}/end").status_code == 404
    assert Client().post(f"/accounts/sessions/{target}/end").status_code == 302
    assert here.get("/").status_code == 200


def test_the_own_session_is_ended_by_signing_out(here: Client) -> None:
    assert here.post(f"/accounts/sessions/{row_of(here).pk}/end").status_code == 404
    assert here.get("/accounts/sessions/1/end").status_code == 405


def test_a_changed_password_signs_out_every_other_browser(here: Client, phone: Client, booked: Booker) -> None:
    enter(phone, booked)
    new = "quite another lamp"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert phone.get("/").status_code == 302
    assert Device.objects.get().revoked_at is not None
    assert here.get("/").status_code == 200


def test_a_closed_account_is_signed_out_everywhere(
    here: Client, phone: Client, booked: Booker, administrator: User, amina: User
) -> None:
    seat = enter(phone, booked)
    site = Site.objects.get()
    change_person(
        by=administrator, person=amina, name=amina.name, email=amina.email, may_sign_in=False,
        grants=[Grant(site, Role.LEARNER)],
    )  # fmt: skip
    assert not UserSession.objects.filter(user=amina).exists()
    for browser in (here, phone):
        assert browser.get("/").headers["Location"].startswith("/accounts/login/")
    assert phone.get(seat).status_code == 404


def test_signing_in_gives_a_new_session_key(client: Client, amina: User) -> None:
    client.get("/accounts/login/")
    client.session["planted"] = True
    client.session.save()
    client.cookies["sessionid"] = planted = "a" * 32
    sign_in(client, give_password(amina))
    assert client.cookies["sessionid"].value != planted
    assert client.get("/").status_code == 200
    stolen = Client()
    stolen.cookies["sessionid"] = planted
    assert stolen.get("/").status_code == 302


def test_the_cookie_of_an_accounts_seat_opens_nothing_without_its_session(phone: Client, booked: Booker) -> None:
    seat = enter(phone, booked)
    thief = Client()
    thief.cookies["seat"] = phone.cookies["seat"].value
    assert thief.get(f"{seat}note.bin").status_code == 404
    answer = thief.get(seat)
    assert answer.headers["Location"] == f"/accounts/login/?next={seat}lobby"


def test_nor_with_the_session_of_somebody_else(phone: Client, booked: Booker, osei: User) -> None:
    seat = enter(phone, booked)
    colleague = Client()
    colleague.force_login(osei)
    colleague.cookies["seat"] = phone.cookies["seat"].value
    assert {colleague.get(seat + page).status_code for page in ("", "lobby", "note.bin", "summary/")} == {404}
