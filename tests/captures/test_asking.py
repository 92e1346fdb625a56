"""A still on demand: who may ask for one and answer, and how it comes in pieces beside a voice."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_django
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.captures.actions import LEAST_PIECE
from farward.encounters.captures.handlers import MOST_ASKED_A_MINUTE
from farward.encounters.models import Capture, Encounter, Seat
from farward.encounters.pieces import sweep_pieces
from farward.people.models import User
from tests.captures.test_captures import JPEG, device_of, still_entry
from tests.encounters.support import agree, bring_to, code_of, consent, join_all, new_id, payloads, seat_of, send
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

PICTURE = JPEG * 4


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    cache.clear()
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    return tmp_path / "captures"


def put_piece(
    client: Client, seat: Seat, capture: UUID, offset: int, length: int = 1500, *, told: dict[str, str] | None = None
) -> Any:
    headers = {
        "X-Farward-SHA256": hashlib.sha256(PICTURE).hexdigest(),
        "X-Farward-Size": str(len(PICTURE)),
        "X-Farward-Audience": "care",
    }
    return client.put(
        f"/s/{seat.pk}/captures/{capture}/from/{offset}",
        PICTURE[offset : offset + length],
        content_type="application/octet-stream",
        headers=headers | (told or {}),
    )


def put_all(client: Client, seat: Seat, capture: UUID, **changes: Any) -> Any:
    """Send until the server wants no more."""
    answer = put_piece(client, seat, capture, 0, **changes)
    while answer.status_code == 200 and answer.json()["next"]:
        answer = put_piece(client, seat, capture, answer.json()["next"], **changes)
    return answer


def parts(captures_dir: Path) -> list[Path]:
    return list(captures_dir.rglob("*.part.sealed"))


def test_a_still_comes_from_the_patients_device_piece_by_piece_and_answers_who_asked(
    booked: Booker, captures_dir: Path
) -> None:
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    agree(encounter, "stills")
    learner, patient = seat_of(encounter, "learner"), seat_of(encounter, "patient")
    asked = send(learner, "still.ask", {"of": str(patient.pk), "text": "The rash on the arm."}, "room")
    assert code_of(asked) == "ok"
    capture, client = new_id(), device_of(patient)
    assert put_all(client, patient, capture).json() == {"next": None}
    assert parts(captures_dir) == []
    still = still_entry(encounter, capture, size=len(PICTURE), ask=str(asked.accepted[0].id))
    assert code_of(send(patient, "still", still, "care")) == "ok"
    assert client.get(f"/s/{patient.pk}/captures/{capture}").content == PICTURE
    assert device_of(learner).get(f"/s/{learner.pk}/captures/{capture}").content == PICTURE


def test_a_still_goes_on_at_any_byte_where_it_was_cut_off(booked: Booker) -> None:
    patient = seat_of(booked(), "patient")
    client, capture = device_of(patient), new_id()
    assert put_piece(client, patient, capture, 0, 700).json() == {"next": 700}
    assert put_piece(client, patient, capture, 0, 1500).json() == {"next": 700}
    assert put_piece(client, patient, capture, 2000).json() == {"next": 700}
    assert put_piece(client, patient, capture, 700, 513).json() == {"next": 1213}
    assert put_piece(client, patient, capture, 1213, len(PICTURE)).json() == {"next": None}
    assert put_piece(client, patient, capture, 0).json() == {"next": None}
    assert client.get(f"/s/{patient.pk}/captures/{capture}").content == PICTURE


def test_pieces_on_the_disk_show_nothing(booked: Booker, captures_dir: Path) -> None:
    patient = seat_of(booked(), "patient")
    put_piece(device_of(patient), patient, new_id(), 0)
    [part] = parts(captures_dir)
    assert b"rash" not in part.read_bytes()


@pytest.mark.parametrize(
    ("told", "length", "code"),
    [
        ({"X-Farward-SHA256": "0" * 64}, len(PICTURE), "damaged"),
        ({"X-Farward-SHA256": "nonsense"}, 1500, "damaged"),
        ({"X-Farward-Size": "0"}, 1500, "too_large"),
        ({"X-Farward-Size": str(2 * 1024 * 1024 + 1)}, 1500, "too_large"),
        ({"X-Farward-Size": "many"}, 1500, "damaged"),
        ({"X-Farward-Size": "1000"}, 1500, "damaged"),
        ({}, LEAST_PIECE - 1, "damaged"),
        ({}, 0, "damaged"),
        ({"X-Farward-Audience": "everyone"}, 1500, "not_allowed"),
        ({"X-Farward-Audience": "staff"}, 1500, "not_allowed"),
    ],
)
def test_pieces_that_cannot_be_are_refused_and_nothing_stays(
    booked: Booker, captures_dir: Path, told: dict[str, str], length: int, code: str
) -> None:
    patient = seat_of(booked(), "patient")
    client, capture = device_of(patient), new_id()
    assert put_piece(client, patient, capture, 0, length, told=told).json()["code"] == code
    assert (parts(captures_dir), Capture.objects.count()) == ([], 0)
    assert put_all(client, patient, capture).json() == {"next": None}


def test_who_may_not_send_a_still_sends_no_piece_of_one(booked: Booker) -> None:
    extra = tuple(SeatRequest(role=role, name="X") for role in ("observer", "helper"))
    encounter, other = booked(extra=extra), booked()
    patient, elsewhere = seat_of(encounter, "patient"), seat_of(other, "patient")
    for role, status in (("observer", 403), ("helper", 404)):
        seat = seat_of(encounter, role)
        assert put_piece(device_of(seat), seat, new_id(), 0).status_code == status
    assert put_piece(device_of(elsewhere), patient, new_id(), 0).status_code == 404
    assert put_piece(Client(), patient, new_id(), 0).status_code == 404
    capture = new_id()
    put_all(device_of(patient), patient, capture)
    assert put_piece(device_of(elsewhere), elsewhere, capture, 0).json()["code"] == "id_taken"


def test_without_consent_no_picture_is_asked_for_and_no_piece_is_taken(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    learner, patient = seat_of(encounter, "learner"), seat_of(encounter, "patient")
    asked = {"of": str(patient.pk)}
    assert code_of(send(learner, "still.ask", asked, "room")) == "consent_missing"
    assert put_piece(device_of(patient), patient, new_id(), 0).json()["code"] == "consent_missing"
    agree(encounter, "stills")
    assert code_of(send(learner, "still.ask", asked, "room")) == "ok"
    capture, client = new_id(), device_of(patient)
    assert put_piece(client, patient, capture, 0).json() == {"next": 1500}
    assert consent(patient, "stills", "withdrawn") == "ok"
    assert put_piece(client, patient, capture, 1500).json()["code"] == "consent_missing"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("learner", "ok"),
        ("preceptor", "ok"),
        ("patient", "not_allowed"),
        ("companion", "not_allowed"),
        ("observer", "not_allowed"),
    ],
)
def test_learner_and_preceptor_ask_for_a_picture(booked: Booker, role: str, code: str) -> None:
    encounter = booked(extra=tuple(SeatRequest(role=each, name="X") for each in ("companion", "observer")))
    join_all(encounter)
    asked = {"of": str(seat_of(encounter, "patient").pk)}
    assert code_of(send(seat_of(encounter, role), "still.ask", asked, "room")) == code


def test_no_picture_is_asked_for_of_staff_of_strangers_or_all_the_time(booked: Booker) -> None:
    encounter, other = booked(), booked()
    join_all(encounter)
    learner = seat_of(encounter, "learner")
    for seat, code in (
        (seat_of(encounter, "preceptor"), "not_the_patient"),
        (seat_of(other, "patient"), "unknown_seat"),
    ):
        assert code_of(send(learner, "still.ask", {"of": str(seat.pk)}, "room")) == code
    asked = {"of": str(seat_of(encounter, "patient").pk)}
    codes = [code_of(send(learner, "still.ask", asked, "room")) for _time in range(MOST_ASKED_A_MINUTE + 1)]
    assert codes == ["ok"] * MOST_ASKED_A_MINUTE + ["too_often"]


def test_a_no_to_a_picture_is_told_to_the_care_team_alone(booked: Booker, sam: User) -> None:
    encounter: Encounter = booked()
    join_all(encounter)
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    no = {"ask": str(new_id())}
    assert code_of(send(patient, "still.declined", no, "care")) == "ok"
    assert code_of(send(patient, "still.declined", no, "room")) != "ok"
    assert code_of(send(patient, "message", {"text": "No."}, "care")) == "not_allowed"
    assert code_of(send(learner, "still.declined", no, "care")) == "not_allowed"
    assert len(payloads(encounter, "still.declined")) == 1


def test_pieces_that_nobody_went_on_with_are_swept_and_a_late_device_begins_again(
    booked: Booker, captures_dir: Path
) -> None:
    patient = seat_of(booked(), "patient")
    client, old, young = device_of(patient), new_id(), new_id()
    put_piece(client, patient, old, 0)
    [part] = parts(captures_dir)
    os.utime(part, (0, 0))
    put_piece(client, patient, young, 0)
    assert sweep_pieces(timezone.now() - timedelta(days=7)) == 1
    assert [path.name.split("-")[0] for path in parts(captures_dir)] == [young.hex]
    assert put_piece(client, patient, old, 1500).json() == {"next": 0}
    assert put_all(client, patient, old).json() == {"next": None}


def test_only_so_many_stills_are_on_their_way_at_once(booked: Booker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.captures.actions.MAX_ARRIVING", 1)
    encounter = booked()
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    client, first = device_of(patient), new_id()
    put_piece(client, patient, first, 0)
    assert put_piece(client, patient, new_id(), 0).json()["code"] == "too_many"
    # Nobody keeps the others from sending theirs.
    assert "next" in put_piece(device_of(learner), learner, new_id(), 0).json()
    assert put_all(client, patient, first).json() == {"next": None}
