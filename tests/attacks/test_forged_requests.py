"""Another site's page sends a signed-in person's browser to us (CSRF): nothing that changes anything takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from farward.encounters.models import Capture, Clip
from farward.people.models import User
from farward.policy.routes import ROUTES
from tests.encounters.support import new_device, new_id, seat_of
from tests.policy.walk import fill

if TYPE_CHECKING:
    from farward.encounters.models import Encounter
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

POSTED = [address for address, row in ROUTES.items() if "POST" in row.methods]
#: These take no token, but a header that no other site's page can send without being asked first, which we never allow.
BY_HEADER = [address for address, row in ROUTES.items() if {"PUT", "PATCH"} & set(row.methods)]
UPLOADS = "s/<uuid:seat_id>/uploads/"
EVIL = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


def victim(encounter: Encounter) -> Client:
    """Amina, signed in, who also holds her seat with this browser."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="amina.yusuf@school.example"))
    _device, token = new_device(seat_of(encounter, "learner"))
    client.cookies["seat"] = token
    return client


def path_of(address: str, encounter: Encounter) -> str:
    person = User.objects.get(email="amina.yusuf@school.example").pk
    things: dict[str, object] = {
        "encounter_id": encounter.pk,
        "seat_id": seat_of(encounter, "learner").pk,
        "person": person,
    }
    things |= {"site": encounter.site_id, "rotation": new_id(), "upload_id": new_id(), "flag_id": 1}
    return fill(address, things | {"capture_id": new_id(), "clip_id": new_id()})


@pytest.mark.parametrize("address", [each for each in POSTED if each != UPLOADS])
@pytest.mark.parametrize("headers", [EVIL, {}], ids=["from another site", "without a token"])
def test_a_forged_form_is_refused(address: str, headers: dict[str, str], encounter: Encounter) -> None:
    client = victim(encounter)
    answer = client.post(path_of(address, encounter), {"act": "issue", "next": "/"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("address", BY_HEADER)
def test_what_takes_no_token_takes_no_plain_form(address: str, encounter: Encounter) -> None:
    client = victim(encounter)
    answer = client.post(path_of(address, encounter), {"a": "b"}, headers=EVIL)
    assert answer.status_code in {403, 404, 405, 412}
    assert not Capture.objects.exists()
    assert not Clip.objects.exists()


def test_an_upload_is_not_begun_by_a_form(encounter: Encounter) -> None:
    client = victim(encounter)
    answer = client.post(path_of(UPLOADS, encounter), {"a": "b"}, headers=EVIL)
    assert answer.status_code == 412


@pytest.mark.parametrize("address", BY_HEADER)
def test_another_site_is_never_told_that_it_may(address: str, encounter: Encounter) -> None:
    client = victim(encounter)
    asked = {**EVIL, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "X-Farward-SHA256"}
    answer = client.options(path_of(address, encounter), headers=asked)
    assert "Access-Control-Allow-Origin" not in answer
    assert not Capture.objects.exists()
    assert not Clip.objects.exists()


def test_the_cookies_do_not_go_along_from_elsewhere(encounter: Encounter) -> None:
    from django.conf import settings

    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"


@pytest.mark.parametrize("address", POSTED)
def test_nothing_is_changed_by_being_looked_at(address: str, encounter: Encounter) -> None:
    if "GET" in ROUTES[address].methods:
        return
    answer = victim(encounter).get(path_of(address, encounter))
    assert answer.status_code in {404, 405, 412}
