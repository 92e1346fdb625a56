"""A link was passed on, copied, guessed at, or used again: it opens one seat, on one device, in its time.

More of the same: tests/encounters/test_invitations.py and tests/web/test_links.py.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Invitation
from tests.encounters.support import bring_to, parts_of, seat_of

if TYPE_CHECKING:
    from farward.encounters.models import Encounter
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    cache.clear()
    return booked()


def open_link(link: tuple[str, str], client: Client | None = None, **changes: Any) -> tuple[Client, Any]:
    client = client or Client()
    body = json.dumps({"link": link[0], "token": link[1]} | changes)
    return client, client.post("/j", body, content_type="application/json")


def link_to_patient(encounter: Encounter, kofi: User) -> tuple[str, str]:
    return parts_of(issue_invitation(by=kofi, seat=seat_of(encounter, "patient")))


def test_who_comes_second_waits_and_sees_nothing(encounter: Encounter, kofi: User) -> None:
    link = link_to_patient(encounter, kofi)
    open_link(link)
    thief, answer = open_link(link)
    seat = seat_of(encounter, "patient").pk
    assert answer.json()["next"] == f"/s/{seat}/waiting"
    html = thief.get(f"/s/{seat}/waiting").content.decode()
    for name in ("Rivera", "Amina", "Osei", "Cough"):
        assert name not in html
    for page in ("note.bin", "summary/", "captures/" + str(seat), "uploads/"):
        assert thief.get(f"/s/{seat}/{page}").status_code == 404
    assert thief.get(f"/s/{seat}/")["Location"] == f"/s/{seat}/lobby"
    assert thief.get(f"/s/{seat}/lobby")["Location"] == f"/s/{seat}/waiting"
    assert thief.post(f"/s/{seat}/go")["Location"] == f"/s/{seat}/lobby"


def test_a_link_opens_its_own_seat_and_no_other(encounter: Encounter, kofi: User) -> None:
    client, _answer = open_link(link_to_patient(encounter, kofi))
    for role in ("learner", "preceptor"):
        seat = seat_of(encounter, role).pk
        client.cookies["seat"]["path"] = "/"
        assert client.get(f"/s/{seat}/lobby").status_code == 404
    assert client.get(f"/e/{encounter.pk}/").status_code == 302


@pytest.mark.parametrize("what", ["revoked", "replaced", "over", "late"])
def test_a_dead_link_opens_nothing_and_says_no_more_than_a_made_up_one(
    what: str, encounter: Encounter, kofi: User
) -> None:
    link = link_to_patient(encounter, kofi)
    if what == "revoked":
        Invitation.objects.update(revoked_at=timezone.now())
    elif what == "replaced":
        link_to_patient(encounter, kofi)
    elif what == "over":
        bring_to(encounter, "closed")
    later = timedelta(days=30 if what == "late" else 0)
    with time_machine.travel(timezone.now() + later, tick=True):
        _client, answer = open_link(link)
        assert answer.status_code == 404
        assert "Set-Cookie" not in answer
        # Who does not know the secret learns nothing at all, also not that there was a link.
        _client, guessed = open_link((link[0], secrets.token_urlsafe(32)))
        _client, invented = open_link((secrets.token_hex(16), secrets.token_urlsafe(32)))
    assert guessed.json() == invented.json()
    for name in ("Rivera", "Amina", "Osei", "Kisumu"):
        assert name not in answer.content.decode()


def test_a_link_cannot_be_made_into_more(encounter: Encounter, kofi: User) -> None:
    """Fields that the page does not send are refused, not ignored."""
    link = link_to_patient(encounter, kofi)
    for more in ({"seat": str(seat_of(encounter, "preceptor").pk)}, {"role": "preceptor"}, {"admitted": True}):
        _client, answer = open_link(link, **more)
        assert answer.status_code == 404
    assert Invitation.objects.get(pk=link[0]).redeemed_at is None


def test_a_link_is_nothing_that_can_be_read_from_the_database(encounter: Encounter, kofi: User) -> None:
    link_id, token = link_to_patient(encounter, kofi)
    stored = Invitation.objects.filter(pk=link_id).values().get()
    assert token not in repr(stored)
    _client, answer = open_link((link_id, bytes(stored["token_hash"]).hex()))
    assert answer.status_code == 404
