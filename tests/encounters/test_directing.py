"""The responsible clinician mutes and removes, and the server holds everyone to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.devices import device_is_current
from farward.encounters.models import Encounter, Seat
from farward.encounters.queries import room_state

from .support import bring_to, code_of, new_id, seat_of, send, wiring_for

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked(extra=(SeatRequest(role="companion", name="Luis"),))
    bring_to(encounter, "interview")
    return encounter


def mute(author: Seat, target: Seat, *, muted: bool = True) -> str:
    return code_of(send(author, "mute", {"seat": str(target.pk), "muted": muted}))


def remove(author: Seat, target: Seat) -> str:
    return code_of(send(author, "remove", {"seat": str(target.pk), "reason": "Not meant to be here"}))


def test_a_muted_seat_sends_no_sound_until_it_may_again(encounter: Encounter) -> None:
    preceptor, patient = seat_of(encounter, "preceptor"), seat_of(encounter, "patient")
    assert mute(preceptor, patient) == "ok"
    assert [peer["send"] for peer in wiring_for(patient.pk)["peers"]] == [["screen", "video"]] * 2
    assert mute(preceptor, patient, muted=False) == "ok"
    assert [peer["send"] for peer in wiring_for(patient.pk)["peers"]] == [["audio", "screen", "video"]] * 2


def test_a_removed_seat_is_out_of_the_room_the_wiring_and_its_device(encounter: Encounter) -> None:
    preceptor, companion = seat_of(encounter, "preceptor"), seat_of(encounter, "companion")
    device = companion.devices.get()
    assert remove(preceptor, companion) == "ok"
    assert str(companion.pk) not in {line["seat"] for line in room_state(preceptor.pk)["seats"]}
    assert wiring_for(companion.pk)["peers"] == []
    assert not device_is_current(device.pk)
    with pytest.raises(LookupError):
        room_state(companion.pk)
    assert remove(preceptor, companion) == "unknown_seat"


@pytest.mark.parametrize("author", ["patient", "companion"])
def test_the_patients_side_directs_nobody(author: str, encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    assert mute(seat_of(encounter, author), learner) == "not_allowed"
    assert remove(seat_of(encounter, author), learner) == "not_allowed"


def test_the_learner_directs_nobody_while_a_preceptor_is_seated(encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    for role in ("patient", "companion", "preceptor"):
        assert mute(learner, seat_of(encounter, role)) == "not_allowed"


def test_without_a_preceptor_the_learner_directs_the_patients_side_only(encounter: Encounter, kofi: User) -> None:
    Seat.objects.filter(encounter=encounter, role="preceptor").update(role="observer")
    learner = seat_of(encounter, "learner")
    assert mute(learner, seat_of(encounter, "companion")) == "ok"
    assert mute(learner, seat_of(encounter, "observer")) == "not_allowed"


def test_nobody_mutes_or_removes_themselves(encounter: Encounter) -> None:
    preceptor = seat_of(encounter, "preceptor")
    assert mute(preceptor, preceptor) == "not_allowed"
    assert remove(preceptor, preceptor) == "not_allowed"


def test_seats_elsewhere_are_out_of_reach(encounter: Encounter, booked: Booker) -> None:
    stranger = seat_of(booked(), "patient")
    assert remove(seat_of(encounter, "preceptor"), stranger) == "unknown_seat"
    assert code_of(send(seat_of(encounter, "preceptor"), "mute", {"seat": str(new_id()), "muted": True})) == (
        "unknown_seat"
    )
    stranger.refresh_from_db()
    assert stranger.removed_at is None
