"""Devices: one holds the seat, another takes over after a question, staff admit who came by a used link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from farward.encounters.actions.devices import claim_seat, device_is_current, seat_for, take_seat
from farward.encounters.actions.invitations import Redeemed, issue_invitation
from farward.encounters.actions.presence import join_seat, leave_seat, lose_seat
from farward.encounters.errors import NotAllowed
from farward.encounters.models import Device, Encounter, Seat

from .support import code_of, join, new_device, new_id, payloads, redeem, seat_of, send

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


@pytest.fixture
def learner(encounter: Encounter) -> Seat:
    return seat_of(encounter, "learner")


@pytest.fixture
def second(encounter: Encounter, kofi: User) -> Redeemed:
    """A second browser that waits for Ms Rivera's seat."""
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    redeem(issued)
    return redeem(issued, label="A second phone")


def admit(author: Seat, device: Device, *, yes: bool = True) -> str:
    return code_of(send(author, "admit", {"device": str(device.pk), "seat": str(device.seat_id), "admit": yes}))


def test_an_account_takes_its_own_seat_and_keeps_the_device_on_the_same_browser(learner: Seat, amina: User) -> None:
    device, token = take_seat(user=amina, seat=learner, label="Firefox")
    assert take_seat(user=amina, seat=learner, label="Firefox", held_token=token) == (device, token)
    held = seat_for(learner.pk, token)
    assert held is not None
    assert held.rival is None


@pytest.mark.parametrize("who", ["osei", "kofi", "sam", "administrator"])
def test_nobody_takes_somebody_elses_seat(who: str, learner: Seat, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        take_seat(user=request.getfixturevalue(who), seat=learner, label="Firefox")


def test_an_account_that_was_closed_takes_no_seat(learner: Seat, amina: User) -> None:
    amina.is_active = False
    with pytest.raises(NotAllowed):
        take_seat(user=amina, seat=learner, label="Firefox")


def test_no_cookie_and_a_wrong_cookie_open_nothing(learner: Seat) -> None:
    assert seat_for(learner.pk, None) is None
    assert seat_for(learner.pk, "") is None
    assert seat_for(learner.pk, "made up") is None


def test_a_second_device_is_told_of_the_first_and_cannot_join_before_it_claims(learner: Seat) -> None:
    join(learner)
    other, token = new_device(learner, "Safari on iPhone")
    held = seat_for(learner.pk, token)
    assert held is not None
    assert held.rival is not None
    assert held.rival.label == "Firefox on Android"
    assert join_seat(seat_id=learner.pk, device_id=other.pk, instance=new_id()).bye == "held"


def test_claiming_takes_the_seat_over_and_ends_the_first_device(learner: Seat) -> None:
    join(learner)
    first = Device.objects.get(seat=learner)
    other, token = new_device(learner, "Safari on iPhone")
    claim_seat(device_id=other.pk)
    assert device_is_current(other.pk)
    assert not device_is_current(first.pk)
    assert join_seat(seat_id=learner.pk, device_id=first.pk, instance=new_id()).bye == "taken_over"
    assert join_seat(seat_id=learner.pk, device_id=other.pk, instance=new_id()).ok
    assert payloads(learner.encounter, "device")[-1].act == "took_over"
    assert seat_for(learner.pk, token) is not None


def test_the_device_taken_over_cannot_undo_the_join_of_the_next(learner: Seat) -> None:
    first_page = join(learner)
    other, _token = new_device(learner)
    claim_seat(device_id=other.pk)
    second_page = new_id()
    join_seat(seat_id=learner.pk, device_id=other.pk, instance=second_page)
    lose_seat(seat_id=learner.pk, instance=first_page)
    leave_seat(seat_id=learner.pk, instance=first_page)
    learner.refresh_from_db()
    assert (learner.presence, learner.instance) == ("joined", second_page)


def test_after_leaving_another_device_joins_without_a_question(learner: Seat) -> None:
    leave_seat(seat_id=learner.pk, instance=join(learner))
    first = Device.objects.get(seat=learner)
    other, _token = new_device(learner)
    assert join_seat(seat_id=learner.pk, device_id=other.pk, instance=new_id()).ok
    assert not device_is_current(first.pk)


def test_a_device_that_was_ended_claims_nothing(learner: Seat) -> None:
    first, _token = new_device(learner)
    other, _token = new_device(learner)
    claim_seat(device_id=other.pk)
    with pytest.raises(NotAllowed):
        claim_seat(device_id=first.pk)
    with pytest.raises(NotAllowed):
        claim_seat(device_id=new_id())


def test_a_waiting_device_neither_joins_nor_claims(second: Redeemed) -> None:
    assert join_seat(seat_id=second.seat.pk, device_id=second.device.pk, instance=new_id()).bye == "revoked"
    with pytest.raises(NotAllowed):
        claim_seat(device_id=second.device.pk)


@pytest.mark.parametrize("role", ["learner", "preceptor"])
def test_staff_admit_a_waiting_device(role: str, encounter: Encounter, second: Redeemed) -> None:
    assert admit(seat_of(encounter, role), second.device) == "ok"
    held = seat_for(second.seat.pk, second.token)
    assert held is not None
    assert not held.waiting
    assert admit(seat_of(encounter, role), second.device) == "unknown_device"


def test_staff_turn_a_waiting_device_away(encounter: Encounter, second: Redeemed) -> None:
    assert admit(seat_of(encounter, "preceptor"), second.device, yes=False) == "ok"
    assert seat_for(second.seat.pk, second.token) is None
    assert admit(seat_of(encounter, "preceptor"), second.device) == "unknown_device"


def test_the_patient_admits_nobody(encounter: Encounter, second: Redeemed) -> None:
    assert admit(seat_of(encounter, "patient"), second.device) == "not_allowed"


def test_staff_of_another_encounter_admit_nobody(booked: Booker, second: Redeemed) -> None:
    assert admit(seat_of(booked(), "preceptor"), second.device) == "unknown_seat"


def test_a_device_of_another_encounter_does_not_join(booked: Booker, learner: Seat) -> None:
    other, _token = new_device(seat_of(booked(), "learner"))
    assert join_seat(seat_id=learner.pk, device_id=other.pk, instance=new_id()).bye == "revoked"
