"""Whose device may record, of whom and when: by each person's own yes, and never a patient who waits."""

from __future__ import annotations

import pytest

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import storage
from farward.encounters.recordings.queries import apart_at, recordings_of
from farward.encounters.rules import reader_of
from farward.journal.queries import read_entries
from tests.encounters.support import agree, bring_to, consent, join, move, seat_of
from tests.fixtures.cast import Booker

from .support import DATA, all_agree, begun, create, decide, device_of, patch, recorded, start, tell, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def clinic(booked: Booker) -> Encounter:
    """A visit with a real patient, in the interview."""
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    return encounter


def test_a_device_records_only_when_its_own_person_said_yes(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    bring_to(encounter, "interview")
    learner = seat_of(encounter, "learner")
    client = device_of(learner)
    refused = create(client, learner)
    assert (refused.status_code, refused.content.decode()) == (403, "You have not agreed to be recorded in this visit.")
    assert start(learner)[0] == "consent_missing"
    assert decide(seat_of(learner.encounter, "patient")) == "ok"
    assert start(learner)[0] == "consent_missing"
    assert decide(learner) == "ok"
    assert start(learner)[0] == "ok"
    assert create(client, learner).status_code == 201


def test_nobody_says_yes_for_a_colleague(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    for by in ("self", "witnessed", "proxy"):
        assert consent(preceptor, "recording", by=by, subject=str(learner.pk), relation="boss") == "not_allowed"


def test_a_clinic_is_recorded_only_while_the_patient_agrees(clinic: Encounter) -> None:
    learner, patient = seat_of(clinic, "learner"), seat_of(clinic, "patient")
    assert decide(learner) == "ok"
    assert start(learner)[0] == "consent_missing"
    assert create(device_of(learner), learner).status_code == 403
    agree(clinic, "recording")
    client, address = begun(learner)
    assert start(learner)[0] == "ok"
    assert consent(patient, "recording", "withdrawn") == "ok"
    assert patch(client, address, 0, DATA[:10]).status_code == 403
    assert start(learner)[0] == "consent_missing"


def test_whoever_came_with_the_patient_is_asked_too(booked: Booker) -> None:
    encounter = booked(kind="clinic", extra=(SeatRequest(role="companion", name="Luis Rivera"),))
    for role in ("patient", "learner", "preceptor"):
        join(seat_of(encounter, role))
    agree(encounter)
    assert move(seat_of(encounter, "preceptor"), "check_in") == "ok"
    learner, companion = seat_of(encounter, "learner"), seat_of(encounter, "companion")
    agree(encounter, "recording")
    assert decide(learner) == "ok"
    assert start(learner)[0] == "ok"
    join(companion)
    assert start(learner)[0] == "consent_missing"
    assert decide(companion) == "ok"
    assert start(learner)[0] == "ok"
    assert decide(companion, "withdrawn") == "ok"
    assert start(learner)[0] == "consent_missing"


@pytest.mark.parametrize("role", ["observer", "helper"])
def test_who_watches_or_helps_records_nothing(booked: Booker, role: str) -> None:
    seat = seat_of(booked(extra=(SeatRequest(role=role, name="Sam"),)), role)
    assert start(seat)[0] == "not_allowed"
    assert create(device_of(seat), seat).status_code == 404


def test_a_patient_who_waits_is_not_recorded(clinic: Encounter) -> None:
    all_agree(clinic)
    patient, learner = seat_of(clinic, "patient"), seat_of(clinic, "learner")
    assert start(patient)[0] == "ok"
    assert move(seat_of(clinic, "preceptor"), "hallway") == "ok"
    later = storage.now_ms() + 5000
    assert start(patient, started=later)[0] == "held"
    assert start(learner, started=later)[0] == "not_allowed"
    assert start(learner, "care", started=later)[0] == "ok"
    assert move(seat_of(clinic, "preceptor"), "together") == "ok"
    assert start(patient, started=later)[0] == "ok"


def test_what_staff_record_in_the_hallway_is_never_the_patients(clinic: Encounter) -> None:
    assert move(seat_of(clinic, "preceptor"), "hallway") == "ok"
    all_agree(clinic)
    learner, patient = seat_of(clinic, "learner"), seat_of(clinic, "patient")
    recorded(learner, "care", started=storage.now_ms() + 5000)
    kinds = ("recording.started", "recording.uploaded")
    assert read_entries(journal_id=clinic.pk, kinds=kinds, reader=reader_of(patient)) == []
    assert recordings_of(patient) == []
    assert [one.apart for one in recordings_of(seat_of(clinic, "preceptor"))] == [True]


def test_the_patient_cannot_write_for_staff_alone(clinic: Encounter) -> None:
    all_agree(clinic)
    assert start(seat_of(clinic, "patient"), "care")[0] == "not_allowed"


def test_the_bytes_are_told_to_the_readers_of_the_beginning(learner: Seat) -> None:
    _code, recording = start(learner, "care")
    upload = upload_whole(learner)
    assert tell(learner, upload, recording, "everyone") == "recording_unknown"
    assert tell(learner, upload, recording, "care") == "ok"


def test_a_visit_by_messages_has_no_hallway_to_hide(booked: Booker) -> None:
    encounter = booked(kind="simulated", mode="store_and_forward", answer_hours=24)
    patient = seat_of(encounter, "patient")
    assert decide(patient) == "ok"
    assert start(patient)[0] == "ok"


def test_what_began_in_the_interview_may_be_told_later(clinic: Encounter) -> None:
    all_agree(clinic)
    began = storage.now_ms() - 3000
    assert move(seat_of(clinic, "preceptor"), "hallway") == "ok"
    moved = {entry.kind: entry.received for entry in read_entries(journal_id=clinic.pk, kinds=("phase",))}
    assert moved["phase"].timestamp() * 1000 > began
    # The interview began just now too: what a device knows of time is not finer than that.
    assert not apart_at(clinic, began, 5000)
    assert apart_at(clinic, round(moved["phase"].timestamp() * 1000) + 1000, 5)
