"""Stills: kept once, sealed, shown to their audience and to nobody else."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_django
from django.db import connections
from django.test import Client

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.captures.actions import keep_still_piece
from farward.encounters.captures.pictures import sniff_type
from farward.encounters.captures.views import MAX_PIECE_BYTES
from farward.encounters.media_http import Told
from farward.encounters.models import Capture, Encounter, Seat
from farward.people.models import User
from tests.encounters.support import agree, bring_to, code_of, consent, join_all, new_device, new_id, seat_of, send
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db(databases="__all__")

JPEG = b"\xff\xd8\xff\xe0" + b"a picture of a rash " * 50


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    return tmp_path / "captures"


def device_of(seat: Seat) -> Client:
    _device, token = new_device(seat)
    return Client(headers={"Cookie": f"seat={token}"})


def put(client: Client, seat: Seat, capture: UUID, data: bytes = JPEG, sha256: str | None = None) -> Any:
    """Send a picture in one piece."""
    told = {
        "X-Farward-SHA256": sha256 or hashlib.sha256(data).hexdigest(),
        "X-Farward-Size": str(len(data)),
        "X-Farward-Audience": "care",
    }
    return client.put(f"/s/{seat.pk}/captures/{capture}/from/0", data, content_type="image/jpeg", headers=told)


def keep(seat: Seat, capture: UUID, audience: str = "care", data: bytes = JPEG) -> None:
    told = Told(size=len(data), sha256=hashlib.sha256(data).digest(), audience=audience)
    assert keep_still_piece(seat=seat, capture_id=capture, told=told, offset=0, data=data) is None


def kept_still(encounter: Encounter, audience: str = "care") -> UUID:
    """A still that Amina took."""
    capture = new_id()
    keep(seat_of(encounter, "learner"), capture, audience)
    return capture


def still_entry(encounter: Encounter, capture: UUID, **changes: Any) -> dict[str, Any]:
    shows = str(seat_of(encounter, "patient").pk)
    return {"capture": str(capture), "shows": shows, "width": 640, "height": 480, "size": len(JPEG)} | changes


def test_a_still_is_kept_and_comes_back_as_it_went(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    client, capture = device_of(learner), new_id()
    assert put(client, learner, capture).json() == {"next": None}
    answer = client.get(f"/s/{learner.pk}/captures/{capture}")
    assert answer.content == JPEG
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_sending_a_still_again_changes_nothing(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    client, capture = device_of(learner), new_id()
    assert [put(client, learner, capture).json() for _ in range(3)] == [{"next": None}] * 3
    assert Capture.objects.count() == 1


def test_another_picture_under_the_same_number_is_refused_and_the_first_stays(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    client, capture = device_of(learner), new_id()
    put(client, learner, capture)
    assert put(client, learner, capture, JPEG + b"other").json()["code"] == "id_taken"
    assert client.get(f"/s/{learner.pk}/captures/{capture}").content == JPEG


def test_a_number_of_another_encounter_is_taken(booked: Booker) -> None:
    capture = kept_still(booked())
    learner = seat_of(booked(), "learner")
    client = device_of(learner)
    assert put(client, learner, capture).json()["code"] == "id_taken"
    assert client.get(f"/s/{learner.pk}/captures/{capture}").status_code == 404


def test_the_file_on_the_disk_shows_nothing_of_the_picture(booked: Booker, captures_dir: Path) -> None:
    kept_still(booked())
    [file] = [path for path in captures_dir.rglob("*") if path.is_file()]
    assert b"rash" not in file.read_bytes()


def test_a_damaged_upload_is_refused_and_may_be_sent_again(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    client, capture = device_of(learner), new_id()
    answer = put(client, learner, capture, sha256="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (422, "damaged")
    assert put(client, learner, capture, sha256="nonsense").status_code == 422
    assert put(client, learner, capture).status_code == 200


def test_a_piece_that_is_larger_than_any_device_sends_is_refused(booked: Booker) -> None:
    learner = seat_of(booked(), "learner")
    answer = put(device_of(learner), learner, new_id(), JPEG + bytes(MAX_PIECE_BYTES))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_what_is_no_picture_is_refused_whatever_it_calls_itself(booked: Booker) -> None:
    learner = seat_of(booked(), "learner")
    answer = put(device_of(learner), learner, new_id(), b"<script>alert(1)</script>")
    assert (answer.status_code, answer.json()["code"]) == (415, "not_a_picture")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xff\xd8\xff\xe1xx", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(data: bytes, found: str | None) -> None:
    assert sniff_type(data) == found


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("learner", 200),
        ("preceptor", 200),
        ("patient", 200),
        ("companion", 200),
        ("observer", 403),
        ("interpreter", 403),
        ("helper", 404),
    ],
)
def test_the_care_team_and_the_patients_side_keep_pictures_and_nobody_else(
    booked: Booker, role: str, status: int
) -> None:
    extra = () if role in {"learner", "preceptor", "patient"} else (SeatRequest(role=role, name="X"),)
    seat = seat_of(booked(extra=extra), role)
    assert put(device_of(seat), seat, new_id()).status_code == status


def test_a_real_patient_is_asked_before_pictures_are_kept(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    learner = seat_of(encounter, "learner")
    client, capture = device_of(learner), new_id()
    answer = put(client, learner, capture)
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_missing")
    assert "has not agreed" in answer.json()["message"]
    agree(encounter, "stills")
    assert put(client, learner, capture).status_code == 200


def test_a_patient_who_withdraws_takes_the_pictures_from_every_screen(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    agree(encounter, "stills")
    capture = kept_still(encounter)
    assert consent(seat_of(encounter, "patient"), "stills", "withdrawn") == "ok"
    learner = seat_of(encounter, "learner")
    answer = device_of(learner).get(f"/s/{learner.pk}/captures/{capture}")
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_missing")


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("patient", "ok"),
        ("companion", "ok"),
        ("learner", "not_the_patient"),
        ("preceptor", "not_the_patient"),
        ("observer", "not_the_patient"),
        ("interpreter", "not_the_patient"),
    ],
)
def test_nobody_is_kept_a_picture_of_but_the_patient_who_was_asked(booked: Booker, role: str, code: str) -> None:
    others = [] if role in {"patient", "learner", "preceptor"} else [SeatRequest(role=role, name="X")]
    encounter = booked(kind="clinic", extra=others)
    agree(encounter, "stills")
    entry = still_entry(encounter, kept_still(encounter), shows=str(seat_of(encounter, role).pk))
    join_all(encounter)
    assert code_of(send(seat_of(encounter, "learner"), "still", entry)) == code


@pytest.mark.parametrize(
    ("audience", "role", "status"),
    [
        ("care", "preceptor", 200),
        ("care", "patient", 404),
        ("care", "observer", 404),
        ("care", "interpreter", 404),
        ("room", "patient", 200),
        ("room", "observer", 200),
        ("room", "helper", 404),
    ],
)
def test_a_still_is_shown_to_its_audience_only(booked: Booker, audience: str, role: str, status: int) -> None:
    extra = tuple(SeatRequest(role=r, name="X") for r in ("observer", "interpreter", "helper"))
    encounter = booked(extra=extra)
    capture = kept_still(encounter, audience)
    seat = seat_of(encounter, role)
    assert device_of(seat).get(f"/s/{seat.pk}/captures/{capture}").status_code == status


def test_a_removed_seat_and_a_stranger_see_nothing(booked: Booker, sam: User) -> None:
    encounter = booked()
    capture = kept_still(encounter, "room")
    patient = seat_of(encounter, "patient")
    client = device_of(patient)
    send(seat_of(encounter, "preceptor"), "remove", {"seat": str(patient.pk)})
    assert client.get(f"/s/{patient.pk}/captures/{capture}").status_code == 404
    assert Client().get(f"/s/{patient.pk}/captures/{capture}").status_code == 404
    stranger = Client()
    stranger.force_login(sam)
    assert stranger.get(f"/e/{encounter.pk}/captures/{capture}").status_code == 404


def test_a_cookie_of_another_encounter_opens_no_still(booked: Booker) -> None:
    mine, other = booked(), booked()
    capture = kept_still(other)
    learner = seat_of(mine, "learner")
    client = device_of(learner)
    assert client.get(f"/s/{learner.pk}/captures/{capture}").status_code == 404
    assert client.get(f"/s/{seat_of(other, 'learner').pk}/captures/{capture}").status_code == 404
    assert put(client, seat_of(other, "learner"), new_id()).status_code == 404


def test_accounts_see_stills_on_the_debrief_page_by_the_same_audience(booked: Booker, osei: User) -> None:
    watcher = make_person("Lena Brandt")
    encounter = booked(extra=(SeatRequest(role="observer", user=watcher),))
    capture = kept_still(encounter)
    for user, status in ((osei, 200), (watcher, 404)):
        client = Client()
        client.force_login(user)
        assert client.get(f"/e/{encounter.pk}/captures/{capture}").status_code == status


def test_who_saves_data_is_named_the_pictures_of_a_debrief_and_loads_them_when_asked(
    booked: Booker, osei: User
) -> None:
    encounter = booked()
    bring_to(encounter, "interview")
    capture = kept_still(encounter)
    assert code_of(send(seat_of(encounter, "learner"), "still", still_entry(encounter, capture))) == "ok"
    client = Client()
    client.force_login(osei)
    page = client.get(f"/e/{encounter.pk}/debrief/").content.decode()
    small = client.get(f"/e/{encounter.pk}/debrief/", headers={"Save-Data": "on"}).content.decode()
    address = f"/e/{encounter.pk}/captures/{capture}"
    assert (f'<img src="{address}"' in page, f'<img src="{address}"' in small) == (True, False)
    assert f'<a href="{address}">Load the picture of' in small


def test_the_entry_is_taken_only_once_the_picture_is_here(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    assert code_of(send(learner, "still", still_entry(encounter, new_id()))) == "capture_missing"
    capture = kept_still(encounter)
    assert code_of(send(learner, "still", still_entry(encounter, capture))) == "ok"


def test_an_entry_that_is_not_true_to_its_picture_is_refused(booked: Booker) -> None:
    encounter = booked()
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    capture = kept_still(encounter)
    assert code_of(send(learner, "still", still_entry(encounter, capture), "room")) == "bad_payload"
    assert code_of(send(learner, "still", still_entry(encounter, capture, size=1))) == "bad_payload"
    assert code_of(send(preceptor, "still", still_entry(encounter, capture))) == "capture_missing"
    assert code_of(send(learner, "still", still_entry(encounter, capture, shows=str(new_id())))) == "unknown_seat"


def test_a_picture_that_waited_for_the_network_is_taken_after_the_close(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "closed")
    capture = kept_still(encounter)
    assert code_of(send(seat_of(encounter, "learner"), "still", still_entry(encounter, capture))) == "ok"


def test_a_full_disk_is_said_and_nothing_half_written_stays(
    booked: Booker, captures_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    learner = seat_of(booked(), "learner")
    client, capture = device_of(learner), new_id()
    monkeypatch.setattr(os, "fsync", full)
    answer = put(client, learner, capture)
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert [path for path in captures_dir.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert Capture.objects.count() == 0


def test_an_encounter_holds_a_bounded_number_of_stills(booked: Booker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.captures.actions.MAX_STILLS", 1)
    encounter = booked()
    kept_still(encounter)
    learner = seat_of(encounter, "learner")
    assert put(device_of(learner), learner, new_id()).json()["code"] == "too_many"


def test_who_takes_all_they_may_leaves_room_for_the_others(booked: Booker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.captures.actions.MAX_STILLS_OF_ONE", 1, raising=False)
    encounter = booked()
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    client = device_of(learner)
    assert put(client, learner, new_id()).status_code == 200
    assert put(client, learner, new_id()).json()["code"] == "too_many"
    assert put(device_of(preceptor), preceptor, new_id()).status_code == 200


def test_stills_of_an_erased_encounter_are_gone(booked: Booker, amina: User) -> None:
    from farward.vault.keys import destroy_keys

    encounter = booked()
    capture = kept_still(encounter)
    learner = seat_of(encounter, "learner")
    client = device_of(learner)
    destroy_keys(encounter.pk)
    assert client.get(f"/s/{learner.pk}/captures/{capture}").status_code == 410


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_two_uploads_at_once_under_one_number_keep_one_picture_that_opens(booked: Booker) -> None:
    encounter = booked()
    learner, capture = seat_of(encounter, "learner"), new_id()
    codes: list[str] = []

    def upload(data: bytes) -> None:
        try:
            keep(learner, capture, data=data)
            codes.append("ok")
        except Exception as error:
            codes.append(getattr(error, "code", repr(error)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upload, args=(JPEG + bytes([n]),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["id_taken"] * 3 + ["ok"]
    kept = device_of(learner).get(f"/s/{learner.pk}/captures/{capture}").content
    assert hashlib.sha256(kept).digest() == bytes(Capture.objects.get().sha256)
