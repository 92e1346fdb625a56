"""Uploads by tus 1.0, word by word: what the protocol asks of a server, and what this one refuses."""

from __future__ import annotations

import base64
import hashlib
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import Client

from farward.encounters.models import Seat
from farward.encounters.recordings import headers, quotas, storage
from tests.encounters.support import new_id, seat_of
from tests.fixtures.cast import Booker

from .support import (
    DATA,
    OCTETS,
    SIGNED,
    all_agree,
    begun,
    content,
    create,
    device_of,
    id_in,
    offset_of,
    patch,
    upload_whole,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def check_sum(data: bytes, name: str = "sha256") -> dict[str, str]:
    return {"Upload-Checksum": f"{name} {base64.b64encode(hashlib.new(name, data).digest()).decode()}"}


def test_the_server_says_what_it_can(learner: Seat) -> None:
    answer = device_of(learner).options(f"/s/{learner.pk}/uploads/")
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Extension"] == "creation,creation-with-upload,expiration,checksum,termination"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer["Tus-Max-Size"]) == 500_000_000
    assert abs(int(answer["X-Farward-Now"]) - storage.now_ms()) < 60_000


def test_every_answer_names_the_version_and_is_kept_by_nobody(learner: Seat) -> None:
    client, address = begun(learner)
    refused = client.head(address)
    answers = [create(client, learner), client.head(address, headers=SIGNED), patch(client, address, 0, b"x"), refused]
    assert refused.status_code == 412
    assert {answer["Tus-Resumable"] for answer in answers} == {"1.0.0"}
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_head_tells_all_that_was_said_at_the_beginning(learner: Seat) -> None:
    said = "filetype dmlkZW8vd2VibQ==,recording " + base64.b64encode(b"first").decode()
    client = device_of(learner)
    answer = client.head(create(client, learner, **{"Upload-Metadata": said})["Location"], headers=SIGNED)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("0", str(len(DATA)))
    assert answer["Upload-Metadata"] == said


def test_the_first_bytes_may_come_with_the_creation(learner: Seat) -> None:
    client = device_of(learner)
    told = SIGNED | {"Upload-Length": str(len(DATA)), "Upload-Metadata": "filetype dmlkZW8vd2VibQ=="}
    answer = client.post(f"/s/{learner.pk}/uploads/", DATA[:70], OCTETS, headers=told | check_sum(DATA[:70]))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "70")
    assert "Upload-Expires" in answer
    assert patch(client, answer["Location"], 70, DATA[70:]).status_code == 204
    assert content(learner, id_in(answer["Location"])) == DATA
    too_much = client.post(f"/s/{learner.pk}/uploads/", b"xyz", OCTETS, headers=told | {"Upload-Length": "2"})
    assert too_much.status_code == 413
    damaged = client.post(f"/s/{learner.pk}/uploads/", b"xyz", OCTETS, headers=told | check_sum(b"abc"))
    assert damaged.status_code == 460


def test_a_network_without_patch_may_post_instead(learner: Seat) -> None:
    client, address = begun(learner)
    told = SIGNED | {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    assert client.post(address, DATA[:10], OCTETS, headers=told).status_code == 204
    assert offset_of(client, address) == 10


@pytest.mark.parametrize("offset", [0, 9, 11, len(DATA)])
def test_a_piece_for_another_place_is_refused(learner: Seat, offset: int) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])
    assert patch(client, address, offset, DATA[offset : offset + 5]).status_code == 409
    assert offset_of(client, address) == 10


def test_an_empty_piece_changes_nothing(learner: Seat) -> None:
    client, address = begun(learner)
    answer = patch(client, address, 0, b"")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")


@pytest.mark.parametrize(("name", "status"), [("sha1", 204), ("sha256", 204), ("md5", 400)])
def test_check_sums_are_checked(learner: Seat, name: str, status: int) -> None:
    client, address = begun(learner)
    assert patch(client, address, 0, DATA[:10], **check_sum(DATA[:10], name)).status_code == status


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_piece_that_arrives_damaged_is_not_kept(learner: Seat, name: str) -> None:
    client, address = begun(learner)
    assert patch(client, address, 0, DATA[:10], **check_sum(b"something else", name)).status_code == 460
    assert offset_of(client, address) == 0


def test_a_piece_that_was_cut_off_is_not_kept() -> None:
    request = HttpRequest()
    request.META["CONTENT_LENGTH"] = "20"
    request._stream = BytesIO(DATA[:10])  # as a server without buffers hands it over
    with pytest.raises(headers.Refusal) as refusal:
        headers.piece(request)
    assert refusal.value.status == 400


def test_a_piece_of_another_type_is_refused(learner: Seat) -> None:
    client, address = begun(learner)
    told = SIGNED | {"Upload-Offset": "0"}
    assert client.patch(address, DATA[:10], content_type="video/webm", headers=told).status_code == 415
    assert patch(client, address, "first", DATA[:10]).status_code == 400


def test_more_than_was_said_is_refused(learner: Seat) -> None:
    client, address = begun(learner, 10)
    assert patch(client, address, 0, DATA[:11]).status_code == 413
    assert patch(client, address, 0, DATA[:10]).status_code == 204
    assert patch(client, address, 10, b"x").status_code == 413
    assert patch(client, address, 0, b"x" * (headers.MAX_PIECE + 1)).status_code == 413


def test_one_place_has_room_for_so_much(learner: Seat, settings: LazySettings) -> None:
    settings.FARWARD_RECORDING_MEGABYTES = 1
    client, address = begun(learner, 900_000)
    refused = create(client, learner, 100_001)
    assert (refused.status_code, refused.content.decode()) == (
        413,
        "Your recordings of this visit have no more room. This one stays on this device.",
    )
    assert client.delete(address, headers=SIGNED).status_code == 204
    assert create(client, learner, 100_001).status_code == 201


def test_one_place_has_room_for_so_many(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_UPLOADS", 2)
    client = device_of(learner)
    assert [create(client, learner, 1).status_code for _each in range(3)] == [201, 201, 413]


def test_one_visit_has_room_for_so_much(learner: Seat, settings: LazySettings) -> None:
    settings.FARWARD_RECORDING_VISIT_MEGABYTES = 1
    preceptor = seat_of(learner.encounter, "preceptor")
    all_agree(learner.encounter, "preceptor")
    begun(learner, 900_000)
    assert create(device_of(preceptor), preceptor, 100_001).status_code == 413
    assert create(device_of(preceptor), preceptor, 100_000).status_code == 201


def test_the_disk_keeps_room_for_the_rest(
    learner: Seat, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FARWARD_DISK_RESERVE_MEGABYTES = 500
    monkeypatch.setattr(storage, "free_bytes", lambda: 500_000_100)
    assert create(device_of(learner), learner, 101).status_code == 507
    assert create(device_of(learner), learner, 100).status_code == 201


def test_a_full_disk_loses_nothing(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])

    def full(*_args: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as changed:
        changed.setattr(storage, "write_durably", full)
        assert patch(client, address, 10, DATA[10:20]).status_code == 507
    assert offset_of(client, address) == 10
    assert patch(client, address, 10, DATA[10:]).status_code == 204
    assert content(learner, id_in(address)) == DATA


def test_an_upload_that_nobody_went_on_with_is_given_up(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = begun(learner)
    until = parsedate_to_datetime(client.head(address, headers=SIGNED)["Upload-Expires"]).timestamp()
    assert abs(until - storage.now_ms() / 1000 - 7 * 24 * 3600) < 60
    late = int(until * 1000) + 2000
    monkeypatch.setattr(storage, "now_ms", lambda: late)
    assert client.head(address, headers=SIGNED).status_code == 410
    assert patch(client, address, 0, DATA[:10]).status_code == 410
    storage.drop_all(learner.encounter_id)
    assert client.head(address, headers=SIGNED).status_code == 410


def test_what_was_ended_is_gone(learner: Seat) -> None:
    client, address = begun(learner)
    assert client.delete(address, headers=SIGNED).status_code == 204
    assert client.head(address, headers=SIGNED).status_code == 404
    assert patch(client, address, 0, b"x").status_code == 404
    assert client.head(f"/s/{learner.pk}/uploads/{new_id()}", headers=SIGNED).status_code == 404


def test_what_is_whole_is_not_deleted_by_its_device(learner: Seat) -> None:
    upload = upload_whole(learner)
    client, address = device_of(learner), f"/s/{learner.pk}/uploads/{upload}"
    assert "Upload-Expires" not in client.head(address, headers=SIGNED)
    assert client.delete(address, headers=SIGNED).status_code == 403


def test_nobody_touches_the_upload_of_another_place(learner: Seat, booked: Booker) -> None:
    _client, address = begun(learner)
    elsewhere = seat_of(booked(kind="simulated"), "learner")
    for other in (seat_of(learner.encounter, "patient"), elsewhere):
        all_agree(other.encounter, str(other.role))
        client = device_of(other)
        for tried in (f"/s/{other.pk}/uploads/{id_in(address)}", address):
            assert client.head(tried, headers=SIGNED).status_code == 404
            assert patch(client, tried, 0, DATA[:10]).status_code == 404
            assert client.delete(tried, headers=SIGNED).status_code == 404
    assert Client().head(address, headers=SIGNED).status_code == 404
    assert create(Client(), learner).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "500000001"}, 413),
        ({"Upload-Metadata": "filetype dGV4dC9odG1s"}, 415),
        ({"Upload-Metadata": "filetype !"}, 400),
        ({"Upload-Metadata": "filetype dmlkZW8vd2VibQ==,long " + "eHh4" * 600}, 400),
    ],
)
def test_what_cannot_begin_says_so(learner: Seat, changes: dict[str, Any], status: int) -> None:
    answer = create(device_of(learner), learner, **changes)
    assert answer.status_code == status
    assert answer.content
