"""Who is shown out is out: no cookie, no wire and no way back, whichever way it was ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client

from farward.encounters.actions.devices import add_device, seat_for, take_seat
from farward.encounters.actions.invitations import issue_invitation, redeem_invitation
from farward.encounters.actions.locking import locked
from farward.encounters.errors import LinkRefused
from farward.encounters.models import Device, Encounter, Presence

from .support import bring_to, join, move, parts_of, redeem, seat_of, wiring_for

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


def peers(encounter: Encounter, role: str) -> list[str]:
    """Whom the seat of this role is wired to."""
    return [peer["role"] for peer in wiring_for(seat_of(encounter, role).pk)["peers"]]


def revoke(client: Client, encounter: Encounter, role: str) -> None:
    seat = seat_of(encounter, role)
    client.post(f"/e/{encounter.pk}/seats/{seat.pk}/link", {"act": "revoke"})


def test_revoking_also_ends_who_came_by_a_link_that_was_replaced(
    client: Client, kofi: User, encounter: Encounter
) -> None:
    patient = seat_of(encounter, "patient")
    stranger = redeem(issue_invitation(by=kofi, seat=patient))
    issue_invitation(by=kofi, seat=patient)
    client.force_login(kofi)
    revoke(client, encounter, "patient")
    assert seat_for(patient.pk, stranger.token) is None


def test_nobody_sends_to_the_page_of_somebody_whose_link_was_revoked(
    client: Client, kofi: User, encounter: Encounter
) -> None:
    redeem(issue_invitation(by=kofi, seat=seat_of(encounter, "patient")))
    bring_to(encounter, "interview")
    assert "patient" in peers(encounter, "learner")
    client.force_login(kofi)
    revoke(client, encounter, "patient")
    assert "patient" not in peers(encounter, "learner")
    assert seat_of(encounter, "patient").presence == Presence.LEFT


def test_ending_a_device_that_only_stood_by_leaves_the_one_that_holds_the_seat(
    client: Client, kofi: User, encounter: Encounter
) -> None:
    patient = seat_of(encounter, "patient")
    join(patient)
    issued = issue_invitation(by=kofi, seat=patient)
    with locked(encounter.pk):
        add_device(seat=patient, label="Second", admitted=True, invitation_id=issued.invitation.pk)
    client.force_login(kofi)
    revoke(client, encounter, "patient")
    assert seat_of(encounter, "patient").presence == Presence.JOINED
    assert Device.objects.filter(seat=patient, revoked_at=None).count() == 1


def test_a_closed_account_loses_its_places_and_its_links(
    client: Client, encounter: Encounter, amina: User, kofi: User
) -> None:
    learner = seat_of(encounter, "learner")
    _device, token = take_seat(user=amina, seat=learner, label="Laptop")
    link_id, secret = parts_of(issue_invitation(by=kofi, seat=learner))
    bring_to(encounter, "interview")
    amina.is_active = False
    amina.save()
    assert seat_for(learner.pk, token) is None
    assert "learner" not in peers(encounter, "patient")
    with pytest.raises(LinkRefused):
        redeem_invitation(link_id=link_id, token=secret, label="Phone")


def test_a_closed_account_loses_the_note_of_a_visit_that_is_over(encounter: Encounter, amina: User) -> None:
    bring_to(encounter, "closed")
    learner = seat_of(encounter, "learner")
    _device, token = take_seat(user=amina, seat=learner, label="Laptop")
    amina.is_active = False
    amina.save()
    assert seat_for(learner.pk, token) is None


@pytest.mark.parametrize("way_in", ["enter", "tower"])
def test_signing_out_leaves_no_room_open_in_this_browser(
    way_in: str, client: Client, encounter: Encounter, osei: User
) -> None:
    seat = seat_of(encounter, "preceptor")
    elsewhere = take_seat(user=osei, seat=seat, label="Phone")[1]
    client.force_login(osei)
    if way_in == "enter":
        client.post(f"/e/{encounter.pk}/enter", follow=True)
    else:
        client.post("/tower/go", {"seat": str(seat.pk), "stance": "in"}, follow=True)
    assert client.get(f"/s/{seat.pk}/note.bin").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302
    assert client.get(f"/s/{seat.pk}/note.bin").status_code == 404
    assert seat_for(seat.pk, elsewhere) is not None


def test_signing_out_ends_the_part_in_a_running_visit(client: Client, encounter: Encounter, amina: User) -> None:
    client.force_login(amina)
    client.post(f"/e/{encounter.pk}/enter", follow=True)
    bring_to(encounter, "interview")
    assert move(seat_of(encounter, "preceptor"), "hallway") == "ok"
    client.post("/accounts/logout/")
    assert seat_of(encounter, "learner").presence == Presence.LEFT
