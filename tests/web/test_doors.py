"""Who gets in where: each page is asked by every kind of person, and what is not for someone is not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from farward.encounters.models import Encounter, SeatRole
from farward.people.models import Rotation, Site, User
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db

EVERYBODY = {"amina", "osei", "kofi", "sam", "support", "privacy_officer", "administrator"}
MANAGERS = {"kofi", "administrator"}
BOOKERS = {"osei", "kofi", "administrator"}
#: Who may open each page, by the name of its address; everyone else gets 404.
PAGES: dict[str, set[str]] = {
    "home": EVERYBODY,
    "week": EVERYBODY - {"sam"},
    "book": BOOKERS,
    "encounter": BOOKERS | {"amina"},
    "people": MANAGERS,
    "person_new": MANAGERS,
    "person": MANAGERS,
    "sites": {"administrator"},
    "site_new": {"administrator"},
    "site": {"administrator"},
    "rotations": MANAGERS,
    "rotation_new": MANAGERS,
    "rotation": MANAGERS,
    "help": {"support", "administrator"},
    "review_queue": {"privacy_officer"},
    "accesses": {"privacy_officer"},
    "integrity": {"privacy_officer", "administrator"},
}
#: The same for what can only be posted.
POSTS: dict[str, set[str]] = {
    "encounter_change": BOOKERS,
    "encounter_cancel": BOOKERS,
    "encounter_no_show": BOOKERS,
    "seat_new": BOOKERS,
    "seat_link": BOOKERS,
    "encounter_enter": {"amina", "osei"},
    "seat_enter": {"amina"},
    "person_password": MANAGERS,
    "help_answer": {"support", "administrator"},
}


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked()
    Encounter.objects.filter(pk=encounter.pk).update(status="live")
    return encounter


@pytest.fixture
def address(encounter: Encounter, amina: User, site: Site, rotation: Rotation) -> Callable[[str], str]:
    """The address of a page by its name, filled with the cast's own things."""
    own_seat = encounter.seats.get(role=SeatRole.LEARNER)
    arguments = {
        "person": [amina.pk],
        "person_password": [amina.pk],
        "site": [site.pk],
        "rotation_new": [site.pk],
        "rotation": [rotation.pk],
        "seat_link": [encounter.pk, own_seat.pk],
        "seat_enter": [own_seat.pk],
    }
    for name in ("encounter", *POSTS):
        arguments.setdefault(name, [encounter.pk])
    return lambda name: reverse(name, args=arguments.get(name))


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in sorted(EVERYBODY)}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_its_people_and_is_not_there_for_others(
    page: str, address: Callable[[str], str], cast: dict[str, User]
) -> None:
    opened = set()
    for name, person in cast.items():
        client = Client()
        client.force_login(person)
        status = client.get(address(page)).status_code
        assert status in {200, 404}, (name, status)
        opened |= {name} if status == 200 else set()
    assert opened == PAGES[page]


@pytest.mark.parametrize("page", POSTS)
def test_nothing_can_be_posted_by_those_who_may_not(
    page: str, address: Callable[[str], str], cast: dict[str, User]
) -> None:
    for name in cast.keys() - POSTS[page]:
        client = Client()
        client.force_login(cast[name])
        assert client.post(address(page), {"act": "issue", "state": "solved"}).status_code == 404, name


@pytest.mark.parametrize("page", [*PAGES, *POSTS])
def test_a_visitor_without_an_account_is_asked_to_sign_in(
    page: str, address: Callable[[str], str], client: Client
) -> None:
    answer = client.get(address(page)) if page in PAGES else client.post(address(page))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"home", "week", "book", "people", "person_new", "rotations"}))
def test_a_coordinator_of_another_site_opens_nothing_of_this_one(
    page: str, address: Callable[[str], str], other_site: Site, client: Client
) -> None:
    client.force_login(make_person("Luz Far", other_site, "coordinator"))
    assert client.get(address(page)).status_code == 404


@pytest.mark.parametrize("page", POSTS)
def test_a_coordinator_of_another_site_can_post_nothing_here(
    page: str, address: Callable[[str], str], other_site: Site, client: Client
) -> None:
    client.force_login(make_person("Luz Far", other_site, "coordinator"))
    assert client.post(address(page), {"act": "issue", "state": "solved"}).status_code == 404


@pytest.mark.parametrize("page", POSTS)
def test_what_changes_something_is_never_done_by_a_get(
    page: str, address: Callable[[str], str], administrator: User, client: Client
) -> None:
    client.force_login(administrator)
    assert client.get(address(page)).status_code == 405


def test_no_page_may_be_kept_by_a_cache(amina: User, client: Client) -> None:
    client.force_login(amina)
    assert client.get("/")["Cache-Control"] == "private, no-store"
    assert Client().get("/accounts/login/")["Cache-Control"].endswith("private")


def test_pages_carry_a_policy_without_inline_script_or_style(amina: User, client: Client) -> None:
    client.force_login(amina)
    page = client.get("/")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert b"<style" not in page.content
    assert b" style=" not in page.content
    assert b"onclick" not in page.content


def test_no_page_of_the_school_may_use_a_camera_or_a_microphone(client: Client) -> None:
    policy = client.get("/accounts/login/")["Permissions-Policy"]
    assert "camera=()" in policy
    assert "microphone=()" in policy
    assert "geolocation=()" in policy


def test_the_referrer_policy_lets_browsers_send_the_origin_of_a_form(client: Client) -> None:
    assert client.get("/accounts/login/")["Referrer-Policy"] == "same-origin"
