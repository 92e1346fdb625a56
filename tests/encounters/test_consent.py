"""Consent: who may give it, in which words, and what its withdrawal does at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.entries import append_from_seat
from farward.encounters.models import Encounter
from farward.encounters.queries import room_state
from farward.encounters.rules import reader_of
from farward.journal.queries import decode, read_entries
from farward.privacy.models import Consent
from farward.privacy.texts import current_texts

from .support import (
    agree,
    bring_to,
    code_of,
    consent,
    join_all,
    move,
    payloads,
    raw_entry,
    seat_of,
    send,
    wiring_for,
)

if TYPE_CHECKING:
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    """A clinic visit with a companion and an observer, at its interview."""
    companion = SeatRequest(role="companion", name="Luis Rivera")
    encounter = booked(kind="clinic", extra=(companion, SeatRequest(role="observer", name="Jo")))
    join_all(encounter)
    agree(encounter, "visit", "learner", "observers")
    bring_to(encounter, "interview")
    return encounter


def peers(encounter: Encounter, role: str) -> set[str]:
    """The roles that a seat is wired to."""
    return {peer["role"] for peer in wiring_for(seat_of(encounter, role).pk)["peers"]}


def test_a_decision_stands_with_its_words_and_its_proof(encounter: Encounter) -> None:
    stand = Consent.objects.get(journal=encounter.pk, purpose="visit")
    assert (stand.decision, stand.text_version) == ("given", "2026-3")
    assert stand.subject == seat_of(encounter, "patient").pk
    assert payloads(encounter, "consent")[0].by == "self"


def test_the_newest_decision_stands(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    for decision in ("withdrawn", "given", "refused"):
        assert consent(patient, "stills", decision) == "ok"
    assert Consent.objects.get(journal=encounter.pk, purpose="stills").decision == "refused"


@pytest.mark.parametrize(
    ("role", "by", "code"),
    [
        ("patient", "self", "ok"),
        ("patient", "witnessed", "not_allowed"),
        ("patient", "proxy", "not_allowed"),
        ("companion", "proxy", "ok"),
        ("companion", "self", "not_allowed"),
        ("companion", "witnessed", "not_allowed"),
        ("learner", "witnessed", "ok"),
        ("preceptor", "witnessed", "ok"),
        ("learner", "self", "not_allowed"),
        ("preceptor", "proxy", "not_allowed"),
        ("observer", "witnessed", "not_allowed"),
    ],
)
def test_who_may_decide_for_the_patient(role: str, by: str, code: str, encounter: Encounter) -> None:
    assert consent(seat_of(encounter, role), "teaching", by=by, relation="mother") == code


def test_a_proxy_says_what_they_are_to_the_patient(encounter: Encounter) -> None:
    assert consent(seat_of(encounter, "companion"), "teaching", by="proxy") == "bad_payload"


def test_words_that_were_never_ours_bind_nobody(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    assert consent(patient, "stills", text_version="1999-1") == "unknown_text"
    assert consent(patient, "stills", language="xx") == "unknown_text"


def test_nobody_decides_in_another_encounter(encounter: Encounter, booked: Booker) -> None:
    stranger = seat_of(booked(kind="clinic"), "patient")
    assert consent(seat_of(encounter, "learner"), "visit", by="witnessed", subject=str(stranger.pk)) == "unknown_seat"
    assert not Consent.objects.filter(subject=stranger.pk).exists()


@pytest.mark.parametrize("purpose", ["visit", "learner"])
def test_withdrawal_takes_staff_out_of_the_room_at_once_and_giving_it_again_brings_them_back(
    purpose: str, encounter: Encounter
) -> None:
    patient = seat_of(encounter, "patient")
    assert peers(encounter, "patient") == {"companion", "learner", "observer"}
    assert consent(patient, purpose, "withdrawn") == "ok"
    assert peers(encounter, "patient") == {"companion"}
    assert "patient" not in peers(encounter, "learner") | peers(encounter, "preceptor") | peers(encounter, "observer")
    hold = room_state(patient.pk)["hold"]
    assert "The answer was no" in hold["why"]
    assert hold["since"] == Consent.objects.get(purpose=purpose).decided_at.isoformat()
    assert "The patient said no" in room_state(seat_of(encounter, "learner").pk)["next"]
    assert consent(patient, purpose, "given") == "ok"
    assert peers(encounter, "patient") == {"companion", "learner", "observer"}
    assert room_state(patient.pk)["hold"] is None


@pytest.mark.parametrize("phase", ["check_in", "interview", "together", "wrap_up"])
def test_withdrawal_works_in_every_phase_with_the_patient(phase: str, booked: Booker) -> None:
    encounter = booked(kind="clinic")
    bring_to(encounter, phase)
    assert consent(seat_of(encounter, "patient"), "visit", "withdrawn") == "ok"
    assert peers(encounter, "patient") == set()


def test_withdrawing_from_observers_removes_their_wires_and_nobody_elses(encounter: Encounter) -> None:
    assert consent(seat_of(encounter, "patient"), "observers", "withdrawn") == "ok"
    assert peers(encounter, "observer") == set()
    assert peers(encounter, "patient") == {"companion", "learner"}
    assert move(seat_of(encounter, "learner"), "hallway") == "ok"
    assert peers(encounter, "observer") == {"learner", "preceptor"}


def test_a_simulated_patient_who_says_no_is_not_held(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    bring_to(encounter, "interview")
    assert consent(seat_of(encounter, "patient"), "visit", "withdrawn") == "ok"
    assert peers(encounter, "patient") == {"learner"}


def test_a_yes_that_comes_late_does_not_undo_a_no_that_came_meanwhile(encounter: Encounter) -> None:
    preceptor, learner = seat_of(encounter, "preceptor"), seat_of(encounter, "learner")
    assert consent(preceptor, "learner", "withdrawn", by="witnessed") == "ok"
    earlier = (timezone.now() - timedelta(minutes=10)).isoformat()
    text = current_texts("en")["learner"]
    payload = {
        "purpose": "learner",
        "decision": "given",
        "text_version": text.version,
        "language": text.language,
        "by": "witnessed",
        "subject": str(seat_of(encounter, "patient").pk),
    }
    late = append_from_seat(seat_id=learner.pk, items=[raw_entry("consent", payload, at=earlier)])
    assert code_of(late) == "stale_consent"
    assert consent(learner, "learner", by="witnessed") == "ok"


@pytest.mark.parametrize(("role", "by"), [("learner", "witnessed"), ("preceptor", "witnessed"), ("companion", "proxy")])
def test_nobody_says_yes_for_a_patient_who_said_no(role: str, by: str, encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    assert consent(patient, "learner", "refused") == "ok"
    extra = {"relation": "sister"} if by == "proxy" else {}
    assert consent(seat_of(encounter, role), "learner", by=by, **extra) == "patient_said_no"
    assert consent(patient, "learner") == "ok"
    assert consent(seat_of(encounter, role), "learner", "withdrawn", by=by, **extra) == "ok"


def test_an_observer_reads_the_patients_side_only_while_the_patient_agrees(booked: Booker) -> None:
    encounter = booked(kind="clinic", extra=(SeatRequest(role="observer", name="Jo"),))
    join_all(encounter)
    patient, observer = seat_of(encounter, "patient"), seat_of(encounter, "observer")

    def read() -> list[str]:
        found = read_entries(journal_id=encounter.pk, kinds=("message",), reader=reader_of(observer))
        return [str(decode(entry).text) for entry in found]  # type: ignore[attr-defined]

    assert code_of(send(patient, "message", {"text": "It began on Monday."})) == "ok"
    assert code_of(send(seat_of(encounter, "learner"), "message", {"text": "Watch the hands."}, "staff")) == "ok"
    assert read() == ["Watch the hands."]
    agree(encounter, "observers")
    assert read() == ["It began on Monday.", "Watch the hands."]
    assert consent(patient, "observers", "withdrawn") == "ok"
    assert read() == ["Watch the hands."]
