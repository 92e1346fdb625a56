"""The room as each seat sees it: truthful, complete, and nothing that is not for this seat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.actions.presence import lose_seat
from farward.encounters.models import Encounter
from farward.encounters.queries import (
    room_frame,
    room_of,
    room_state,
    seat_identities,
    seat_names,
)

from .support import agree, bring_to, code_of, join, join_all, move, redeem, seat_of, send, wiring_for

if TYPE_CHECKING:
    from django.conf import LazySettings

    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    helper = SeatRequest(role="helper", name="Noor Haddad")
    encounter = booked(kind="clinic", extra=(SeatRequest(role="companion", name="Luis Rivera"), helper))
    join_all(encounter)
    return encounter


def state(encounter: Encounter, role: str) -> dict[str, Any]:
    return room_state(seat_of(encounter, role).pk)


def line(encounter: Encounter, of: str, seen_by: str = "patient") -> dict[str, Any]:
    seat = str(seat_of(encounter, of).pk)
    return next(line for line in state(encounter, seen_by)["seats"] if line["seat"] == seat)


def test_a_frame_is_plain_json_and_has_every_part(encounter: Encounter) -> None:
    frame = json.loads(json.dumps(state(encounter, "learner")))
    assert frame["t"] == "room"
    assert set(frame) >= {"encounter", "me", "seats", "moves", "next", "consents", "waiting", "circle", "hold"}
    assert frame["encounter"]["id"] == str(encounter.pk)
    assert frame["encounter"]["phase_since"]
    assert frame["me"]["name"] == "Amina Yusuf"


def test_seats_see_each_others_names_and_the_helper_sees_roles(encounter: Encounter) -> None:
    names = {entry["role"]: entry["name"] for entry in state(encounter, "patient")["seats"]}
    assert (names["learner"], names["preceptor"], names["companion"]) == ("Amina Yusuf", "Dr Osei", "Luis Rivera")
    seen = json.dumps(state(encounter, "helper"))
    assert "Rivera" not in seen
    assert "Amina" not in seen
    assert state(encounter, "helper")["me"]["name"] == "Noor Haddad"


def test_a_poor_link_is_shown_as_weak_and_a_lost_one_as_lost(encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    assert line(encounter, "learner")["presence"] == "joined"
    assert code_of(send(learner, "link", {"quality": "bad"})) == "ok"
    assert line(encounter, "learner")["presence"] == "weak"
    learner.refresh_from_db()
    assert learner.instance is not None
    lose_seat(seat_id=learner.pk, instance=learner.instance)
    assert line(encounter, "learner")["presence"] == "lost"


def test_listening_is_disclosed_to_all_and_whispering_to_those_in_care(encounter: Encounter) -> None:
    agree(encounter)
    bring_to(encounter, "interview")
    preceptor = seat_of(encounter, "preceptor")
    assert code_of(send(preceptor, "stance", {"stance": "in"})) == "ok"
    assert code_of(send(preceptor, "whisper", {"on": True})) == "ok"
    assert line(encounter, "preceptor", seen_by="patient")["stance"] == "listening"
    assert "whispering" not in line(encounter, "preceptor", seen_by="patient")
    assert line(encounter, "preceptor", seen_by="learner")["whispering"] is True
    assert str(preceptor.pk) in state(encounter, "patient")["circle"]["listeners"]
    assert state(encounter, "patient")["whisper"] is None
    assert state(encounter, "companion")["whisper"] is None
    both = {str(preceptor.pk), str(seat_of(encounter, "learner").pk)}
    assert set(state(encounter, "learner")["whisper"]) == both


def test_moves_are_offered_with_what_still_blocks_them(encounter: Encounter) -> None:
    assert move(seat_of(encounter, "learner"), "check_in") == "ok"
    moves = {entry["to"]: entry for entry in state(encounter, "learner")["moves"]}
    assert set(moves) == {"interview", "tech_break"}
    assert moves["interview"]["label"] == "Begin the interview"
    assert "agreed" in moves["interview"]["blocked"]
    agree(encounter)
    assert state(encounter, "learner")["moves"][0]["blocked"] is None


@pytest.mark.parametrize("role", ["patient", "companion", "helper"])
def test_who_moves_nothing_is_offered_nothing(role: str, encounter: Encounter) -> None:
    assert state(encounter, role)["moves"] == []


def test_what_is_offered_is_what_the_server_takes(encounter: Encounter) -> None:
    agree(encounter)
    for role in ("learner", "preceptor"):
        for entry in state(encounter, role)["moves"]:
            if entry["blocked"] is None and entry["to"] != "tech_break":
                assert move(seat_of(encounter, role), entry["to"]) == "ok"
                break


def test_in_the_hallway_the_patient_is_told_who_talks_and_since_when(encounter: Encounter) -> None:
    agree(encounter)
    bring_to(encounter, "hallway")
    hold = state(encounter, "patient")["hold"]
    assert hold["why"] == "Amina Yusuf is talking with Dr Osei about how to help you. They come back to you."
    assert hold["since"] == state(encounter, "patient")["encounter"]["phase_since"]
    assert state(encounter, "patient")["circle"]["name"] == "held"
    assert state(encounter, "learner")["hold"] is None
    assert state(encounter, "learner")["circle"]["name"] == "staff"


def test_only_those_who_may_admit_see_who_waits(encounter: Encounter, kofi: User) -> None:
    cache.clear()
    patient = seat_of(encounter, "patient")
    issued = issue_invitation(by=kofi, seat=patient)
    redeem(issued)
    second = redeem(issued, label="A second phone")
    (waiting,) = state(encounter, "learner")["waiting"]
    assert waiting == {
        "device": str(second.device.pk),
        "seat": str(patient.pk),
        "role": "patient",
        "label": "A second phone",
    }
    assert "waits" in state(encounter, "learner")["next"]
    for role in ("patient", "companion", "helper"):
        assert state(encounter, role)["waiting"] == []


@pytest.mark.parametrize("role", ["patient", "companion", "helper"])
def test_how_the_note_stands_is_told_only_to_those_who_write_it(role: str, encounter: Encounter) -> None:
    Encounter.objects.filter(pk=encounter.pk).update(note_state="returned", note_version=2)
    assert room_state(seat_of(encounter, "learner").pk)["encounter"]["note_state"] == "returned"
    told = room_state(seat_of(encounter, role).pk)["encounter"]
    assert (told["note_state"], told["note_version"]) == (None, None)


def test_consents_are_shown_to_the_room_and_not_to_the_helper(encounter: Encounter) -> None:
    agree(encounter, "visit")
    assert state(encounter, "learner")["consents"] == [
        {"subject": str(seat_of(encounter, "patient").pk), "purpose": "visit", "decision": "given"}
    ]
    assert state(encounter, "helper")["consents"] == []


def test_one_seats_room_costs_at_most_six_queries(encounter: Encounter) -> None:
    seat = seat_of(encounter, "patient")
    with CaptureQueriesContext(connections["default"]) as first, CaptureQueriesContext(connections["keys"]) as second:
        room_state(seat.pk)
    assert len(first) + len(second) <= 6


def test_a_room_read_once_gives_every_seat_the_same_as_asking_for_each(encounter: Encounter) -> None:
    room = room_of(encounter.pk)
    for seat in encounter.seats.all():
        assert room_frame(room, seat.pk) == room_state(seat.pk)


def test_wiring_names_pages_and_is_the_same_wire_from_both_ends(encounter: Encounter) -> None:
    agree(encounter)
    bring_to(encounter, "interview")
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    here = next(p for p in wiring_for(patient.pk)["peers"] if p["seat"] == str(learner.pk))
    there = next(p for p in wiring_for(learner.pk)["peers"] if p["seat"] == str(patient.pk))
    assert here["instance"] == str(learner.instance)
    assert here["link"] == there["link"]
    assert (here["send"], here["recv"]) == (there["recv"], there["send"])
    assert wiring_for(patient.pk)["ice"]["policy"] == "all"


def test_a_password_for_the_relay_is_handed_only_to_who_may_be_connected(
    encounter: Encounter, booked: Booker, settings: LazySettings
) -> None:
    settings.FARWARD_TURN_URLS, settings.FARWARD_TURN_SECRET = ["turn:relay.example"], "secret"
    letters = booked(mode="store_and_forward", answer_hours=24, minutes=7 * 24 * 60)
    assert wiring_for(seat_of(letters, "patient").pk)["ice"]["servers"] == []
    bring_to(encounter, "wrap_up")
    seats = [seat_of(encounter, role) for role in ("patient", "learner")]
    assert all(wiring_for(seat.pk)["ice"]["servers"][-1]["credential"] for seat in seats)
    assert move(seat_of(encounter, "preceptor"), "closed") == "ok"
    assert [wiring_for(seat.pk)["ice"]["servers"] for seat in seats] == [[], []]


def test_whose_socket_was_lost_stays_wired_and_whose_page_was_reloaded_gets_a_new_link(encounter: Encounter) -> None:
    agree(encounter)
    bring_to(encounter, "interview")
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    before = wiring_for(learner.pk)["peers"]
    assert patient.instance is not None
    lose_seat(seat_id=patient.pk, instance=patient.instance)
    assert wiring_for(learner.pk)["peers"] == before
    join(patient)
    assert {p["link"] for p in wiring_for(learner.pk)["peers"]} != {p["link"] for p in before}


def test_names_and_addresses_for_the_booking_page(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    assert seat_names(encounter)[patient.pk] == "Ms Rivera"
    assert seat_identities(encounter)[patient.pk].email == "rivera@mail.example"
