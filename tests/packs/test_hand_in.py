"""After the close: who gets the key of what a device still has, and what is taken from the patient's side then."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter, Seat
from farward.encounters.packs.lease import lease_for
from farward.encounters.recordings.queries import recordings_of
from farward.encounters.recordings.storage import now_ms
from farward.vault.keys import destroy_keys
from tests.encounters.support import bring_to, code_of, move, seat_of, send
from tests.fixtures.cast import Booker
from tests.recordings.support import DATA, all_agree, create, decide, device_of, start, tell, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")

PATIENT_SIDE = ("patient", "companion", "interpreter")
LEASE = re.compile(r'<script id="lease" type="application/json">(.*?)</script>')


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: LazySettings) -> None:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    settings.FARWARD_DISK_RESERVE_MEGABYTES = 0


def everyone(booked: Booker, *roles: str) -> Encounter:
    """A supervised visit with these besides."""
    return booked(kind="simulated", extra=tuple(SeatRequest(role=role, name=role.title()) for role in roles))


def shown(client: Client, seat: Seat, page: str) -> str:
    return str(client.get(f"/s/{seat.pk}/{page}").content.decode())


def test_after_the_close_a_device_of_the_patients_side_gets_the_key_of_what_it_still_has(booked: Booker) -> None:
    encounter = everyone(booked, "interpreter", "observer")
    devices = {role: device_of(seat_of(encounter, role)) for role in ("patient", "interpreter", "learner", "observer")}
    bring_to(encounter, "debrief")
    for role, device in devices.items():
        # While the room is open it is the room that sends, and a second page would take the seat from it.
        assert "hand-in" not in shown(device, seat_of(encounter, role), "summary/")
    assert move(seat_of(encounter, "preceptor"), "closed") == "ok"
    for role, device in devices.items():
        seat = seat_of(encounter, role)
        page, lease = shown(device, seat, "summary/"), lease_for(seat)
        assert lease is not None
        assert (lease["key"] in page) == (role in PATIENT_SIDE) == ("js/pages/hand_in" in page)
    patient = seat_of(encounter, "patient")
    assert LEASE.search(shown(devices["patient"], patient, "left"))


def test_nobody_elses_device_gets_that_key(booked: Booker) -> None:
    encounter = everyone(booked, "companion")
    bring_to(encounter, "closed")
    patient, companion = seat_of(encounter, "patient"), seat_of(encounter, "companion")
    for client in (Client(), device_of(companion)):
        for page in ("summary/", "left"):
            answer = client.get(f"/s/{patient.pk}/{page}")
            assert answer.status_code == 404
            assert "hand-in" not in answer.content.decode()


def test_with_the_content_erased_the_page_has_no_key_and_says_so_where_something_is_left(booked: Booker) -> None:
    encounter = everyone(booked)
    bring_to(encounter, "closed")
    patient = seat_of(encounter, "patient")
    device = device_of(patient)
    destroy_keys(encounter.pk)
    found = LEASE.search(shown(device, patient, "left"))
    assert found is not None
    assert found[1] == "null"


def test_a_recording_that_was_begun_before_the_close_is_taken_after_it(booked: Booker) -> None:
    encounter = everyone(booked)
    bring_to(encounter, "interview")
    all_agree(encounter)
    patient = seat_of(encounter, "patient")
    code, recording = start(patient)
    assert code == "ok"
    for phase in ("hallway", "together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(encounter, "preceptor"), phase) == "ok"
    patient = seat_of(encounter, "patient")
    assert code_of(send(patient, "recording.stopped", {"recording": recording, "ms": 3000, "why": "reload"})) == "ok"
    assert tell(patient, upload_whole(patient), recording) == "ok"
    assert len(recordings_of(seat_of(encounter, "preceptor"))) == 1
    # A no that comes later ends it, whoever has half of one left.
    assert decide(patient, "withdrawn") == "ok"
    assert create(device_of(patient), patient, len(DATA)).status_code == 403
    assert recordings_of(seat_of(encounter, "preceptor")) == []


#: What a page after the close might say all the same, and the answer.
LATE: dict[str, tuple[dict[str, Any], str]] = {
    "message": ({"text": "One more thing"}, "journal_closed"),
    "help": ({}, "journal_closed"),
    "hand": ({"up": True}, "journal_closed"),
    "talk": ({"spans": [[now_ms() - 2000, now_ms()]]}, "journal_closed"),
    "phase": ({"from": "closed", "to": "interview"}, "journal_closed"),
    "summary": ({"text": "I am well."}, "not_allowed"),
    "note.update": ({"update": "AAAA"}, "not_allowed"),
}


@pytest.mark.parametrize("role", PATIENT_SIDE)
def test_after_the_close_the_patients_side_adds_nothing_but_what_it_may_hand_in(booked: Booker, role: str) -> None:
    encounter = everyone(booked, *({role} - {"patient"}))
    bring_to(encounter, "closed")
    seat = seat_of(encounter, role)
    found = {kind: code_of(send(seat, kind, payload)) for kind, (payload, _code) in LATE.items()}
    assert found == {kind: code for kind, (_payload, code) in LATE.items()}
    assert start(seat)[0] == "journal_closed"
    assert seat_of(encounter, role).presence == "left"
    assert decide(seat, "withdrawn") == "ok"
