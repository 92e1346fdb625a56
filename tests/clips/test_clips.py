"""Voice notes: kept in pieces, whole or not at all, and played only to those who may read a message."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.clips.handlers import MOST_HEARD_A_MINUTE
from farward.encounters.clips.sounds import MAX_CLIP_BYTES, PIECE_BYTES, pieces_of, sniff_sound
from farward.encounters.clips.storage import keep_piece
from farward.encounters.clips.sweep import sweep_abandoned
from farward.encounters.models import Clip, Encounter, Seat
from farward.people.models import User
from tests.encounters.support import bring_to, code_of, join_all, new_device, new_id, payloads, seat_of, send
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

#: Two and a half pieces that begin as a WebM does.
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"my secret cough " * 2600


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: Any) -> Path:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    return tmp_path / "captures"


def device_of(seat: Seat) -> Client:
    _device, token = new_device(seat)
    return Client(headers={"Cookie": f"seat={token}"})


def put(
    client: Client, seat: Seat, clip: UUID, number: int, data: bytes = WEBM, *, told: dict[str, str] | None = None
) -> Any:
    headers = {
        "X-Farward-SHA256": hashlib.sha256(data).hexdigest(),
        "X-Farward-Size": str(len(data)),
        "X-Farward-Audience": "room",
    }
    piece = data[number * PIECE_BYTES : (number + 1) * PIECE_BYTES]
    address = f"/s/{seat.pk}/clips/{clip}/{number}"
    return client.put(address, piece, content_type="application/octet-stream", headers=headers | (told or {}))


def put_all(client: Client, seat: Seat, clip: UUID, data: bytes = WEBM, told: dict[str, str] | None = None) -> Any:
    answer = None
    for number in range(pieces_of(len(data))):
        answer = put(client, seat, clip, number, data, told=told)
    return answer


def spoken(seat: Seat, audience: str = "room") -> UUID:
    """A clip that is whole, without its entry."""
    clip = new_id()
    answer = put_all(device_of(seat), seat, clip, told={"X-Farward-Audience": audience})
    assert answer.json() == {"next": None}, answer.content
    return clip


def entry(clip: UUID, **changes: Any) -> dict[str, Any]:
    return {"clip": str(clip), "ms": 4200, "size": len(WEBM)} | changes


def test_a_clip_comes_in_pieces_and_goes_out_as_it_came(booked: Booker) -> None:
    patient = seat_of(booked(), "patient")
    client, clip = device_of(patient), new_id()
    answers = [put(client, patient, clip, number).json()["next"] for number in range(3)]
    assert answers == [1, 2, None]
    answer = client.get(f"/s/{patient.pk}/clips/{clip}")
    assert answer.content == WEBM
    assert answer["Content-Type"] == "audio/webm"
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_device_that_was_cut_off_is_told_where_to_go_on(booked: Booker) -> None:
    patient = seat_of(booked(), "patient")
    client, clip = device_of(patient), new_id()
    put(client, patient, clip, 0)
    assert put(client, patient, clip, 0).json() == {"next": 1}
    assert put(client, patient, clip, 2).json() == {"next": 1}
    assert client.get(f"/s/{patient.pk}/clips/{clip}").status_code == 404
    assert [put(client, patient, clip, number).json()["next"] for number in (1, 2)] == [2, None]
    assert put(client, patient, clip, 2).json() == {"next": None}
    assert client.get(f"/s/{patient.pk}/clips/{clip}").content == WEBM


def test_the_files_on_the_disk_say_nothing(booked: Booker, captures_dir: Path) -> None:
    spoken(seat_of(booked(), "patient"))
    files = list(captures_dir.rglob("*.sealed"))
    assert len(files) == 3
    assert all(b"secret" not in path.read_bytes() for path in files)


def test_a_clip_whose_sum_is_wrong_is_dropped_and_may_be_sent_again(booked: Booker, captures_dir: Path) -> None:
    patient = seat_of(booked(), "patient")
    client, clip = device_of(patient), new_id()
    answer = put_all(client, patient, clip, told={"X-Farward-SHA256": "0" * 64})
    assert (answer.status_code, answer.json()["code"]) == (422, "damaged")
    assert list(captures_dir.rglob("*.sealed")) == []
    assert put_all(client, patient, clip).json() == {"next": None}


def test_a_piece_that_is_shorter_than_said_is_not_kept(booked: Booker) -> None:
    patient = seat_of(booked(), "patient")
    client, clip = device_of(patient), new_id()
    answer = put(client, patient, clip, 0, WEBM[:100], told={"X-Farward-Size": str(len(WEBM))})
    assert (answer.status_code, answer.json()["code"]) == (422, "damaged")
    assert Clip.objects.get().pieces == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"X-Farward-Size": str(MAX_CLIP_BYTES + 1)}, "too_large"),
        ({"X-Farward-Size": "0"}, "too_large"),
        ({"X-Farward-Size": "-1"}, "damaged"),
        ({"X-Farward-SHA256": "nonsense"}, "damaged"),
        ({"X-Farward-Audience": "everyone"}, "not_allowed"),
        ({"X-Farward-Audience": "care"}, "not_allowed"),
        ({"X-Farward-Audience": ""}, "not_allowed"),
        ({"X-Farward-Audience": "seat:nobody\x00"}, "not_allowed"),
        ({"X-Farward-Audience": "seat:01a20f4d-c688-7035-93ef-38c7d85825ab"}, "not_allowed"),
    ],
)
def test_what_a_patient_may_not_or_cannot_send_is_refused(booked: Booker, changes: dict[str, str], code: str) -> None:
    patient = seat_of(booked(), "patient")
    assert put(device_of(patient), patient, new_id(), 0, told=changes).json()["code"] == code
    assert Clip.objects.count() == 0


def test_what_is_no_sound_is_refused_whatever_it_calls_itself(booked: Booker, captures_dir: Path) -> None:
    patient = seat_of(booked(), "patient")
    answer = put_all(device_of(patient), patient, new_id(), b"<script>alert(1)</script>")
    assert (answer.status_code, answer.json()["code"]) == (415, "not_a_sound")
    assert list(captures_dir.rglob("*.sealed")) == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (WEBM, "audio/webm"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypiso5", "audio/mp4"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(data: bytes, found: str | None) -> None:
    assert sniff_sound(data) == found


@pytest.mark.parametrize(
    ("audience", "role", "status"),
    [
        ("room", "patient", 200),
        ("room", "interpreter", 200),
        ("room", "helper", 404),
        ("care", "preceptor", 200),
        ("care", "patient", 404),
        ("care", "observer", 404),
        ("preceptors", "preceptor", 200),
        ("staff", "observer", 200),
        ("staff", "patient", 404),
    ],
)
def test_a_clip_is_played_to_its_audience_only(booked: Booker, audience: str, role: str, status: int) -> None:
    encounter = booked(extra=tuple(SeatRequest(role=r, name="X") for r in ("observer", "interpreter", "helper")))
    clip = spoken(seat_of(encounter, "learner"), audience)
    seat = seat_of(encounter, role)
    assert device_of(seat).get(f"/s/{seat.pk}/clips/{clip}").status_code == status


def test_who_was_removed_strangers_and_other_encounters_hear_nothing(booked: Booker, sam: User, osei: User) -> None:
    encounter, other = booked(), booked()
    clip = spoken(seat_of(encounter, "learner"))
    patient, elsewhere = seat_of(encounter, "patient"), seat_of(other, "patient")
    client, abroad = device_of(patient), device_of(elsewhere)
    assert abroad.get(f"/s/{elsewhere.pk}/clips/{clip}").status_code == 404
    assert abroad.get(f"/s/{patient.pk}/clips/{clip}").status_code == 404
    assert put(abroad, patient, new_id(), 0).status_code == 404
    assert put(abroad, elsewhere, clip, 0).json()["code"] == "id_taken"
    send(seat_of(encounter, "preceptor"), "remove", {"seat": str(patient.pk)})
    assert client.get(f"/s/{patient.pk}/clips/{clip}").status_code == 404
    for user, status in ((sam, 404), (osei, 200)):
        account = Client()
        account.force_login(user)
        assert account.get(f"/e/{encounter.pk}/clips/{clip}").status_code == status
    assert Client().get(f"/e/{encounter.pk}/clips/{clip}").status_code == 302


def test_a_helper_and_an_observer_speak_to_nobody_but_whom_they_may_write_to(booked: Booker) -> None:
    encounter = booked(extra=tuple(SeatRequest(role=r, name="X") for r in ("observer", "helper")))
    observer, helper = seat_of(encounter, "observer"), seat_of(encounter, "helper")
    assert put(device_of(observer), observer, new_id(), 0).json()["code"] == "not_allowed"
    assert put(device_of(helper), helper, new_id(), 0).status_code == 404
    assert code_of(send(helper, "clip", entry(new_id()), "room")) == "not_allowed"


def test_the_entry_is_taken_only_once_the_clip_is_whole_and_true(booked: Booker) -> None:
    encounter = booked()
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    join_all(encounter)
    half = new_id()
    put(device_of(learner), learner, half, 0)
    clip = spoken(learner, "care")
    assert code_of(send(learner, "clip", entry(half), "room")) == "clip_missing"
    assert code_of(send(preceptor, "clip", entry(clip), "care")) == "clip_missing"
    assert code_of(send(learner, "clip", entry(clip), "room")) == "bad_payload"
    assert code_of(send(learner, "clip", entry(clip, size=1), "care")) == "bad_payload"
    assert code_of(send(learner, "clip", entry(clip), "care")) == "ok"


def test_that_a_clip_was_heard_is_told_to_its_speaker_by_who_may_hear_it(booked: Booker) -> None:
    encounter = booked()
    learner, preceptor, patient = (seat_of(encounter, role) for role in ("learner", "preceptor", "patient"))
    join_all(encounter)
    clip = {"clip": str(spoken(learner, "care"))}
    to_learner = f"seat:{learner.pk}"
    assert code_of(send(patient, "heard", clip, to_learner)) == "clip_missing"
    assert code_of(send(preceptor, "heard", clip, f"seat:{patient.pk}")) == "bad_payload"
    assert code_of(send(learner, "heard", clip, to_learner)) == "bad_payload"
    assert code_of(send(preceptor, "heard", clip, to_learner)) == "ok"
    assert len(payloads(encounter, "heard")) == 1
    codes = [code_of(send(preceptor, "heard", clip, to_learner)) for _ in range(2 * MOST_HEARD_A_MINUTE + 1)]
    assert "too_often" in codes, "nobody fills another one's line with it"


def test_a_closed_visit_takes_no_more_clips_and_still_plays_them(booked: Booker) -> None:
    encounter = booked()
    preceptor = seat_of(encounter, "preceptor")
    clip = spoken(preceptor, "care")
    bring_to(encounter, "closed")
    answer = put(device_of(preceptor), seat_of(encounter, "preceptor"), new_id(), 0)
    assert (answer.status_code, answer.json()["code"]) == (409, "journal_closed")
    assert device_of(preceptor).get(f"/s/{preceptor.pk}/clips/{clip}").content == WEBM


def test_what_came_only_in_part_is_swept_after_a_week_and_its_device_begins_again(
    booked: Booker, captures_dir: Path
) -> None:
    patient = seat_of(booked(), "patient")
    client, whole, half = device_of(patient), spoken(patient), new_id()
    for number in range(2):
        put(client, patient, half, number)
    now = timezone.now()
    assert sweep_abandoned(now + timedelta(days=6, hours=23)) == 0
    assert sweep_abandoned(now + timedelta(days=7, minutes=1)) == 1
    assert [path.name[:32] for path in captures_dir.rglob("*.sealed")] == [whole.hex] * 3
    assert client.get(f"/s/{patient.pk}/clips/{whole}").content == WEBM
    assert put(client, patient, half, 2).json() == {"next": 0}
    assert put_all(client, patient, half).json() == {"next": None}


def test_an_encounter_holds_a_bounded_number_of_clips(booked: Booker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.clips.actions.MAX_CLIPS", 1)
    encounter: Encounter = booked()
    learner = seat_of(encounter, "learner")
    client = device_of(learner)
    put(client, learner, new_id(), 0)
    assert put(client, learner, new_id(), 0).json()["code"] == "too_many"


def test_who_says_all_they_may_leaves_room_for_the_others(booked: Booker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.clips.actions.MAX_CLIPS_OF_ONE", 1, raising=False)
    encounter = booked()
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    loud = device_of(patient)
    put(loud, patient, new_id(), 0)
    assert put(loud, patient, new_id(), 0).json()["code"] == "too_many"
    assert put(device_of(learner), learner, new_id(), 0).json() == {"next": 1}


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_piece_that_is_slow_on_its_way_takes_nothing_from_a_clip_that_was_found_good(
    booked: Booker, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, clip, last = seat_of(booked(), "learner"), new_id(), pieces_of(len(WEBM)) - 1
    client = device_of(seat)
    for number in range(last):
        put(client, seat, clip, number)
    told = {"X-Farward-SHA256": hashlib.sha256(WEBM).hexdigest()}
    honest_is_done, other_is_here = threading.Event(), threading.Event()

    def slowly(kept: Clip, number: int, data: bytes) -> None:
        if threading.current_thread() is not threading.main_thread():
            other_is_here.set()
            honest_is_done.wait(1)
        keep_piece(kept, number, data)

    def send_other() -> None:
        try:
            put(client, seat, clip, last, WEBM.replace(b"cough", b"laugh"), told=told)
        finally:
            connections.close_all()

    monkeypatch.setattr("farward.encounters.clips.actions.keep_piece", slowly)
    other = threading.Thread(target=send_other)
    other.start()
    other_is_here.wait(5)
    answer = put(client, seat, clip, last).json()
    honest_is_done.set()
    other.join()
    if answer["next"] is not None:
        answer = put_all(client, seat, clip).json()
    assert answer == {"next": None}
    assert client.get(f"/s/{seat.pk}/clips/{clip}").content == WEBM


def test_clips_of_an_erased_encounter_are_gone(booked: Booker) -> None:
    from farward.vault.keys import destroy_keys

    encounter = booked()
    learner = seat_of(encounter, "learner")
    clip, client = spoken(learner), device_of(learner)
    destroy_keys(encounter.pk)
    assert client.get(f"/s/{learner.pk}/clips/{clip}").status_code == 410
