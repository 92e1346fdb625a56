"""Recordings in the debrief: in ranges, and for learner and preceptor of this visit alone."""

from __future__ import annotations

import pytest
from django.test import Client

from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import storage
from tests.encounters.support import agree, bring_to, consent, new_id, seat_of
from tests.fixtures.cast import Booker

from .support import DATA, all_agree, as_account, begun, decide, id_in, played, recorded, start, tell, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")


def debrief(seat: Seat) -> str:
    return as_account(seat).get(f"/e/{seat.encounter_id}/debrief/").content.decode()


def test_a_recording_is_played_whole_and_in_ranges(encounter: Encounter) -> None:
    address, client = recorded(seat_of(encounter, "patient")), as_account(seat_of(encounter, "preceptor"))
    whole = client.get(address)
    assert played(whole) == DATA
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("video/webm", "bytes")
    part = client.get(address, headers={"Range": "bytes=49990-100010"})
    assert (part.status_code, part.content) == (206, DATA[49990:100011])
    assert part["Content-Range"] == f"bytes 49990-100010/{len(DATA)}"
    rest = client.get(address, headers={"Range": f"bytes={len(DATA) - 3}-"})
    assert rest.content == DATA[-3:]
    assert client.get(address, headers={"Range": f"bytes={len(DATA)}-"}).status_code == 416


def test_others_learn_nothing_of_a_recording(encounter: Encounter, booked: Booker) -> None:
    elsewhere = booked(kind="simulated")
    all_agree(elsewhere)
    address = recorded(seat_of(encounter, "patient"))
    assert as_account(seat_of(encounter, "learner")).get(address).status_code == 200
    assert Client().get(address).status_code == 302
    other = address.replace(str(encounter.pk), str(elsewhere.pk))
    assert as_account(seat_of(elsewhere, "preceptor")).get(other).status_code == 404


def test_the_patients_no_ends_all_looking(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    agree(encounter, "recording")
    preceptor, learner = seat_of(encounter, "preceptor"), seat_of(encounter, "learner")
    assert decide(learner) == "ok"
    address = recorded(learner)
    assert as_account(preceptor).get(address).status_code == 200
    assert address in debrief(preceptor)
    assert consent(seat_of(encounter, "patient"), "recording", "withdrawn") == "ok"
    assert as_account(preceptor).get(address).status_code == 403
    assert address not in debrief(preceptor)


def test_ones_own_no_ends_looking_at_oneself(encounter: Encounter) -> None:
    preceptor, learner = seat_of(encounter, "preceptor"), seat_of(encounter, "learner")
    hers, others = recorded(learner), recorded(seat_of(encounter, "patient"))
    assert decide(learner, "withdrawn") == "ok"
    assert as_account(preceptor).get(hers).status_code == 404
    assert as_account(preceptor).get(others).status_code == 200
    assert hers not in debrief(preceptor)


def test_what_is_not_kept_any_more_is_said(encounter: Encounter) -> None:
    preceptor = seat_of(encounter, "preceptor")
    address = recorded(seat_of(encounter, "patient"))
    storage.drop_all(encounter.pk)
    assert as_account(preceptor).get(address).status_code == 410
    page = debrief(preceptor)
    assert address not in page
    assert "not kept any more" in page


def test_an_entry_names_only_an_own_recording_that_is_here(encounter: Encounter) -> None:
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    upload = upload_whole(patient)
    (_ok, recording), (_fine, hers) = start(patient), start(learner)
    assert tell(learner, upload, hers) == "recording_missing"
    assert tell(patient, new_id(), recording) == "recording_missing"
    assert tell(patient, upload, recording, size=len(DATA) - 1) == "recording_missing"
    _client, half = begun(patient)
    assert tell(patient, id_in(half), recording) == "recording_missing"
    assert tell(patient, upload, str(new_id())) == "recording_unknown"
    assert tell(patient, upload, hers) == "recording_unknown"
    assert tell(patient, upload, recording) == "ok"
