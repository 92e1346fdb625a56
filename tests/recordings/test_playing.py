"""Recordings in the debrief: in ranges, and for learner and preceptor of this visit alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import tus
from tests.encounters.support import agree, code_of, consent, join_all, new_id, seat_of, send
from tests.fixtures.cast import Booker
from tests.recordings.test_tus import DATA, begun, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: Any) -> None:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"


def told(seat: Seat, upload: UUID, **changes: Any) -> str:
    """Write both entries of a recording; the code of the second."""
    recording = str(new_id())
    start = {"recording": recording, "started": tus.now_ms(), "within": 5, "picture": True}
    assert code_of(send(seat, "recording.started", start)) == "ok"
    end = {"recording": recording, "upload": str(upload), "ms": 4000, "size": len(DATA)}
    return code_of(send(seat, "recording.uploaded", end | changes))


def recorded(encounter: Encounter) -> str:
    """A patient's recording that is here; its address."""
    patient = seat_of(encounter, "patient")
    upload = upload_whole(patient)
    assert told(patient, upload) == "ok"
    return f"/e/{encounter.pk}/recordings/{upload}"


def as_account(seat: Seat) -> Client:
    client = Client()
    assert seat.user is not None
    client.force_login(seat.user)
    return client


def test_a_recording_is_played_whole_and_in_ranges(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    address, client = recorded(encounter), as_account(seat_of(encounter, "preceptor"))
    whole = client.get(address)
    assert b"".join(whole.streaming_content) == DATA
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("video/webm", "bytes")
    part = client.get(address, headers={"Range": "bytes=49990-100010"})
    assert (part.status_code, part.content) == (206, DATA[49990:100011])
    assert part["Content-Range"] == f"bytes 49990-100010/{len(DATA)}"
    rest = client.get(address, headers={"Range": f"bytes={len(DATA) - 3}-"})
    assert rest.content == DATA[-3:]
    assert client.get(address, headers={"Range": f"bytes={len(DATA)}-"}).status_code == 416


def test_others_learn_nothing_of_a_recording(booked: Booker) -> None:
    encounter, elsewhere = booked(kind="simulated"), booked(kind="simulated")
    address = recorded(encounter)
    assert as_account(seat_of(encounter, "learner")).get(address).status_code == 200
    assert Client().get(address).status_code == 302
    other = address.replace(str(encounter.pk), str(elsewhere.pk))
    assert as_account(seat_of(elsewhere, "preceptor")).get(other).status_code == 404


def test_a_withdrawn_consent_ends_looking(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    join_all(encounter)
    agree(encounter, "recording")
    address, client = recorded(encounter), as_account(seat_of(encounter, "preceptor"))
    page = f"/e/{encounter.pk}/debrief/"
    assert client.get(address).status_code == 200
    assert address in client.get(page).content.decode()
    assert consent(seat_of(encounter, "patient"), "recording", "withdrawn") == "ok"
    assert client.get(address).status_code == 403
    assert address not in client.get(page).content.decode()


def test_an_entry_names_only_an_own_recording_that_is_here(booked: Booker) -> None:
    encounter = booked(kind="simulated")
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    upload = upload_whole(patient)
    assert told(learner, upload) == "recording_missing"
    assert told(patient, new_id()) == "recording_missing"
    assert told(patient, upload, size=len(DATA) - 1) == "recording_missing"
    _client, half = begun(patient)
    assert told(patient, UUID(half.rsplit("/", 1)[1])) == "recording_missing"
    assert told(patient, upload) == "ok"
