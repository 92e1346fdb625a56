"""A consent may be taken back at any time: also once the visit is closed, when no room is open any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings.queries import recordings_of
from farward.encounters.recordings.storage import now_ms
from farward.encounters.recordings.sweep import GRACE_MS, HOUR_MS, sweep
from farward.privacy.queries import is_given, standing_consents
from farward.vault.keys import destroy_keys
from tests.encounters.support import agree, bring_to, consent, join_all, move, seat_of
from tests.fixtures.cast import Booker
from tests.recordings.support import as_account, decide, device_of, recorded

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: LazySettings) -> None:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    settings.FARWARD_DISK_RESERVE_MEGABYTES = 0


@pytest.fixture
def closed(booked: Booker) -> Encounter:
    """A clinic visit that is over, of which the patient's own recording and pictures are kept."""
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    agree(encounter, "recording", "stills")
    recorded(seat_of(encounter, "patient"))
    for phase in ("together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(encounter, "preceptor"), phase) == "ok"
    return encounter


def take_back(client: Client, seat: Seat, purpose: str) -> str:
    answer = client.post(f"/s/{seat.pk}/take-back", {"purpose": purpose}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def given(encounter: Encounter, purpose: str, role: str = "patient") -> bool:
    return is_given(standing_consents(encounter.pk), seat_of(encounter, role).pk, purpose)


def test_the_patient_takes_the_recording_back_the_day_after(closed: Encounter) -> None:
    patient, preceptor = seat_of(closed, "patient"), seat_of(closed, "preceptor")
    assert len(recordings_of(preceptor)) == 1
    client = device_of(patient)
    assert "The visit is recorded" not in client.get(f"/s/{patient.pk}/summary/").content.decode()
    assert "I agree that this visit is recorded" in client.get(f"/s/{patient.pk}/summary/").content.decode()
    assert "You have taken this back." in take_back(client, patient, "recording")
    assert recordings_of(preceptor) == []
    assert "replay" not in as_account(preceptor).get(f"/e/{closed.pk}/debrief/").content.decode()
    assert sweep(now_ms() + GRACE_MS + HOUR_MS) == 1
    assert given(closed, "stills"), "each is taken back by itself"


def test_a_no_that_comes_after_the_close_counts_and_a_yes_does_not(closed: Encounter) -> None:
    patient, learner = seat_of(closed, "patient"), seat_of(closed, "learner")
    assert consent(patient, "stills", "withdrawn") == "ok"
    assert not given(closed, "stills")
    assert consent(patient, "stills") == "journal_closed"
    assert consent(learner, "observers", by="witnessed") == "journal_closed"
    assert not given(closed, "stills")


def test_while_the_visit_goes_on_consents_are_in_the_room(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    join_all(encounter)
    agree(encounter, "recording")
    patient = seat_of(encounter, "patient")
    assert "You have taken this back." not in take_back(device_of(patient), patient, "recording")
    assert given(encounter, "recording")


def test_nobody_takes_back_what_another_one_said(closed: Encounter, booked: Booker) -> None:
    patient, learner = seat_of(closed, "patient"), seat_of(closed, "learner")
    assert Client().post(f"/s/{patient.pk}/take-back", {"purpose": "recording"}).status_code == 404
    assert device_of(learner).post(f"/s/{patient.pk}/take-back", {"purpose": "recording"}).status_code == 404
    take_back(device_of(learner), learner, "recording")
    for nonsense in ("", "visit", "\0", "all"):
        take_back(device_of(patient), patient, nonsense)
    assert given(closed, "recording")
    strict = Client(enforce_csrf_checks=True, headers=device_of(patient).headers)
    assert strict.post(f"/s/{patient.pk}/take-back", {"purpose": "recording"}).status_code == 403


def test_learner_and_preceptor_take_back_their_own(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    bring_to(encounter, "interview")
    learner = seat_of(encounter, "learner")
    assert decide(learner) == "ok"
    recorded(learner)
    for phase in ("together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(encounter, "preceptor"), phase) == "ok"
    take_back(device_of(learner), learner, "recording")
    assert recordings_of(seat_of(encounter, "preceptor")) == []


def test_of_an_erased_visit_nothing_is_left_to_take_back(closed: Encounter) -> None:
    patient = seat_of(closed, "patient")
    client = device_of(patient)
    destroy_keys(closed.pk)
    assert "I agree" in take_back(client, patient, "recording")
