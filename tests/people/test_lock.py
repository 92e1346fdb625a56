"""The lock of a session that was left alone, and its end: by role, by a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from farward.people.limits import idle_seconds, longest_seconds
from farward.people.models import Membership, Role, Site, User
from tests.people.signing import PASSWORD, code_now, give_app, give_password, sign_in, sign_in_fully

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600
SCRIPT = {"Sec-Fetch-Mode": "cors"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel("2027-01-11T08:00:00Z", tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def at_work(client: Client, clock: time_machine.Traveller, amina: User) -> Client:
    """Amina's browser, signed in at eight."""
    sign_in(client, give_password(amina))
    return client


def is_locked(browser: Client) -> bool:
    return browser.get("/").headers.get("Location", "").startswith("/accounts/lock")


def test_the_strictest_role_counts(amina: User, administrator: User, site: Site) -> None:
    assert (idle_seconds(amina), longest_seconds(amina)) == (15 * MINUTE, 12 * HOUR)
    assert (idle_seconds(administrator), longest_seconds(administrator)) == (10 * MINUTE, 8 * HOUR)
    Membership.objects.create(user=amina, site=site, role=Role.PRIVACY_OFFICER)
    assert idle_seconds(amina) == 10 * MINUTE


def test_a_session_that_is_used_stays_open(at_work: Client, clock: time_machine.Traveller) -> None:
    for _quarter in range(8):
        clock.shift(14 * MINUTE)
        assert at_work.get("/").status_code == 200


def test_left_alone_it_locks_and_opens_again_where_it_was(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    answer = at_work.get("/week/", follow=True)
    assert [step[0] for step in answer.redirect_chain] == [
        "/accounts/lock?next=%2Fweek%2F", "/accounts/reauthenticate/?next=%2Fweek%2F",
    ]  # fmt: skip
    assert "Is it still you?" in answer.content.decode()
    opened = at_work.post("/accounts/reauthenticate/?next=%2Fweek%2F", {"password": PASSWORD})
    assert opened.headers["Location"] == "/week/"
    assert at_work.get("/week/").status_code == 200


def test_a_locked_session_shows_and_changes_nothing(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    for path in ("/", "/week/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"):
        assert at_work.get(path).headers["Location"].startswith("/accounts/lock"), path
    assert at_work.post("/accounts/sessions/end").headers["Location"].startswith("/accounts/lock")


def test_a_script_of_a_locked_page_is_told(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    answer = at_work.get("/accounts/touched", headers=SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (423, "locked")


def test_looking_by_a_script_keeps_nothing_open(at_work: Client, clock: time_machine.Traveller) -> None:
    for _minute in range(16):
        clock.shift(MINUTE)
        answer = at_work.get("/accounts/touched", headers=SCRIPT)
    assert answer.status_code == 423


def test_a_touch_told_by_a_script_does(at_work: Client, clock: time_machine.Traveller) -> None:
    for _minute in range(3):
        clock.shift(10 * MINUTE)
        assert at_work.post("/accounts/touched", headers=SCRIPT).json()["left"] == 15 * MINUTE
    assert not is_locked(at_work)


def test_the_page_itself_is_unlocked_by_the_password(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    wrong = at_work.post("/accounts/unlock", {"proof": "not mine"}, headers=SCRIPT)
    assert (wrong.status_code, wrong.json()["message"]) == (403, "That was not right. Try again.")
    assert is_locked(at_work)
    assert at_work.post("/accounts/unlock", {"proof": PASSWORD}, headers=SCRIPT).json()["left"] == 15 * MINUTE
    assert not is_locked(at_work)


def test_with_a_second_step_its_code_unlocks_and_the_password_does_not(
    client: Client, clock: time_machine.Traveller, osei: User
) -> None:
    give_app(give_password(osei))
    sign_in_fully(client, osei)
    clock.shift(16 * MINUTE)
    assert client.post("/accounts/unlock", {"proof": PASSWORD}).status_code == 403
    assert is_locked(client)
    assert client.post("/accounts/unlock", {"proof": code_now()}).status_code == 200
    assert not is_locked(client)


def test_guessing_at_the_lock_is_slowed_down(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    statuses = [at_work.post("/accounts/unlock", {"proof": "no"}, headers=SCRIPT).status_code for _try in range(12)]
    assert statuses[-1] == 429
    assert at_work.post("/accounts/unlock", {"proof": PASSWORD}, headers=SCRIPT).status_code == 429


def test_the_session_ends_however_busy_it_was(at_work: Client, clock: time_machine.Traveller) -> None:
    for _step in range(60):
        clock.shift(12 * MINUTE)
        assert at_work.get("/").status_code == 200
    clock.shift(MINUTE)
    answer = at_work.get("/", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/?next=%2F"
    assert "signed in for a long time" in answer.content.decode()


def test_an_administrators_day_is_shorter(client: Client, clock: time_machine.Traveller, administrator: User) -> None:
    sign_in(client, give_password(administrator))
    for _step in range(60):
        clock.shift(8 * MINUTE)
        assert client.get("/").status_code == 200
    clock.shift(MINUTE)
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_signing_out_works_behind_the_lock(at_work: Client, clock: time_machine.Traveller) -> None:
    clock.shift(16 * MINUTE)
    at_work.post("/accounts/logout/")
    assert at_work.get("/").headers["Location"].startswith("/accounts/login/")


def test_the_lock_is_for_members_only(client: Client, db: None) -> None:
    for path in ("/accounts/lock", "/accounts/touched", "/accounts/sessions/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/"), path
    assert client.post("/accounts/unlock", {"proof": PASSWORD}).headers["Location"].startswith("/accounts/login/")
