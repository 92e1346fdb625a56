"""The phase machine: where one may go, who may move, what must be true first, and two who move at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from farward.encounters.actions.entries import append_from_seat
from farward.encounters.actions.presence import leave_seat, lose_seat
from farward.encounters.models import Encounter, Phase, SeatRole
from farward.encounters.phases import Moment, block_of, label_of, next_phases

from .support import (
    agree,
    bring_to,
    code_of,
    consent,
    join,
    join_all,
    move,
    payloads,
    raw_entry,
    seat_of,
    send,
)

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

LEGAL = {
    "huddle": {"check_in"},
    "check_in": {"interview"},
    "interview": {"hallway", "together"},
    "hallway": {"interview", "together"},
    "together": {"hallway", "wrap_up"},
    "wrap_up": {"together", "debrief", "closed"},
    "debrief": {"closed"},
    "closed": set(),
}


def moment(phase: str, kind: str = "simulated", **changes: object) -> Moment:
    return Moment(kind=kind, phase=phase, preceptor_here=True, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("phase", LEGAL)
@pytest.mark.parametrize("to", Phase.values)
def test_each_move_is_possible_exactly_where_the_table_has_it(phase: str, to: str) -> None:
    legal = to in LEGAL[phase] or (to == "tech_break" and phase != "closed")
    assert (block_of(moment(phase), "preceptor", to) is None) == legal


@pytest.mark.parametrize("role", SeatRole.values)
def test_only_learner_and_preceptor_move(role: str) -> None:
    block = block_of(moment("huddle"), role, "check_in")
    assert (block is None) == (role in {"learner", "preceptor"})


def test_only_the_preceptor_closes_except_in_practice() -> None:
    block = block_of(moment("debrief"), "learner", "closed")
    assert block is not None
    assert block.code == "not_allowed"
    assert block_of(moment("debrief", kind="practice"), "learner", "closed") is None


def test_a_tech_break_returns_to_where_it_came_from_and_nowhere_else() -> None:
    paused = moment("tech_break", resumes="hallway")
    assert next_phases(paused) == ("hallway",)
    assert block_of(paused, "learner", "hallway") is None
    assert block_of(paused, "learner", "interview") is not None
    assert label_of(paused, "hallway") == "Continue the visit"


def test_a_seminar_goes_from_huddle_together_to_closed() -> None:
    assert next_phases(moment("huddle", kind="seminar")) == ("together", "tech_break")
    assert next_phases(moment("together", kind="seminar")) == ("closed", "tech_break")


def test_before_anyone_has_joined_nothing_moves(booked: Booker) -> None:
    assert move(seat_of(booked(), "preceptor"), "check_in") == "not_live"


@pytest.mark.parametrize("kind", ["simulated", "clinic"])
def test_a_visit_goes_through_every_phase(kind: str, booked: Booker) -> None:
    encounter = booked(kind=kind)
    bring_to(encounter, "closed")
    assert [payload.to for payload in payloads(encounter, "phase")] == [
        "check_in",
        "interview",
        "hallway",
        "together",
        "wrap_up",
        "debrief",
        "closed",
    ]
    encounter.refresh_from_db()
    assert (encounter.status, encounter.phase) == ("closed", "closed")


def test_after_the_close_nothing_is_said_but_the_note_goes_on(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "closed")
    learner = seat_of(encounter, "learner")
    assert code_of(send(learner, "message", {"text": "One more thing"})) == "journal_closed"
    assert code_of(send(learner, "summary", {"text": "Rest and drink."})) == "ok"


def test_the_same_batch_cannot_close_and_go_on_talking(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "debrief")
    preceptor = seat_of(encounter, "preceptor")
    items = [raw_entry("phase", {"from": "debrief", "to": "closed"}), raw_entry("message", {"text": "And"}, "staff")]
    result = append_from_seat(seat_id=preceptor.pk, items=items)
    assert len(result.accepted) == 1
    assert code_of(result) == "journal_closed"


def test_who_moves_from_a_phase_that_has_passed_is_told(booked: Booker) -> None:
    encounter = booked()
    join_all(encounter)
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    assert move(learner, "check_in") == "ok"
    result = send(preceptor, "phase", {"from": "huddle", "to": "check_in"})
    assert code_of(result) == "stale_phase"
    assert "Check-in" in result.refused[0].message


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_who_move_at_once_exactly_one_succeeds(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    seats = [seat_of(encounter, "learner"), seat_of(encounter, "preceptor")]
    gate, codes = threading.Barrier(2), []

    def step(index: int, to: str) -> None:
        try:
            gate.wait()
            codes.append(code_of(send(seats[index], "phase", {"from": "interview", "to": to})))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=step, args=args) for args in enumerate(["hallway", "together"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["ok", "stale_phase"]
    moves = payloads(encounter, "phase")
    encounter.refresh_from_db()
    assert encounter.phase == moves[-1].to
    assert [payload.from_ for payload in moves].count("interview") == 1


def test_sending_the_same_move_again_moves_nothing(booked: Booker) -> None:
    encounter = booked()
    join_all(encounter)
    item = raw_entry("phase", {"from": "huddle", "to": "check_in"})
    learner = seat_of(encounter, "learner")
    first = append_from_seat(seat_id=learner.pk, items=[item])
    assert move(learner, "interview") == "ok"
    again = append_from_seat(seat_id=learner.pk, items=[item])
    assert again.accepted[0].seq == first.accepted[0].seq
    encounter.refresh_from_db()
    assert encounter.phase == "interview"


@pytest.mark.parametrize("gone", [leave_seat, lose_seat, None])
def test_together_waits_for_the_preceptor(gone: object, booked: Booker) -> None:
    encounter = booked()
    for role in ("learner", "patient"):
        join(seat_of(encounter, role))
    preceptor = seat_of(encounter, "preceptor")
    if gone is not None:
        gone(seat_id=preceptor.pk, instance=join(preceptor))  # type: ignore[operator]
    learner = seat_of(encounter, "learner")
    for step in ("check_in", "interview", "hallway"):
        assert move(learner, step) == "ok"
    assert move(learner, "together") == "preceptor_missing"
    join(preceptor)
    assert move(learner, "together") == "ok"


def test_a_clinic_interview_waits_for_both_consents(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    join_all(encounter)
    learner = seat_of(encounter, "learner")
    assert move(learner, "check_in") == "ok"
    assert move(learner, "interview") == "consent_missing"
    agree(encounter, "visit")
    result = send(learner, "phase", {"from": "check_in", "to": "interview"})
    assert code_of(result) == "consent_missing"
    assert "learner" in result.refused[0].message
    agree(encounter, "learner")
    assert move(learner, "interview") == "ok"


def test_a_withdrawn_consent_counts_as_missing(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    join_all(encounter)
    agree(encounter)
    consent(seat_of(encounter, "patient"), "learner", "withdrawn")
    learner = seat_of(encounter, "learner")
    assert move(learner, "check_in") == "ok"
    assert move(learner, "interview") == "consent_missing"


def test_observers_at_the_visit_want_their_own_consent(booked: Booker) -> None:
    from farward.encounters.actions.booking import SeatRequest

    encounter = booked(kind="clinic", extra=(SeatRequest(role="observer", name="Jo"),))
    join_all(encounter)
    agree(encounter)
    learner = seat_of(encounter, "learner")
    assert move(learner, "check_in") == "ok"
    assert move(learner, "interview") == "consent_missing"
    agree(encounter, "observers")
    assert move(learner, "interview") == "ok"


def test_a_simulated_patient_is_asked_nothing(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    join_all(encounter)
    assert move(seat_of(encounter, "learner"), "check_in") == "ok"
    assert move(seat_of(encounter, "learner"), "interview") == "ok"


def test_a_tech_break_and_back_keeps_where_it_was(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    learner = seat_of(encounter, "learner")
    assert move(learner, "tech_break") == "ok"
    encounter.refresh_from_db()
    assert (encounter.phase, encounter.resumes) == ("tech_break", "interview")
    assert move(learner, "together") == "not_from_here"
    assert move(learner, "interview") == "ok"
    encounter.refresh_from_db()
    assert (encounter.phase, encounter.resumes) == ("interview", "")


def test_a_move_that_was_refused_changes_nothing(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    before = Encounter.objects.values().get(pk=encounter.pk)
    assert move(seat_of(encounter, "learner"), "closed") == "not_from_here"
    assert move(seat_of(encounter, "patient"), "hallway") == "not_allowed"
    assert Encounter.objects.values().get(pk=encounter.pk) == before


def test_the_hallway_ends_a_whisper(booked: Booker, osei: User) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    preceptor = seat_of(encounter, "preceptor")
    assert code_of(send(preceptor, "whisper", {"on": True})) == "ok"
    assert move(preceptor, "hallway") == "ok"
    preceptor.refresh_from_db()
    assert not preceptor.whispering
