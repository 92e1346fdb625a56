"""Uploads by tus 1.0: they stop anywhere and go on there, and nobody adds to another's."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from farward.encounters.models import Seat
from farward.encounters.recordings import storage, tus
from tests.encounters.support import agree, code_of, consent, join_all, new_device, new_id, seat_of, send
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

DATA = b"\x1a\x45\xdf\xa3" + b"a secret cough " * 9000
PIECE = 50_000
SIGNED = {"Tus-Resumable": "1.0.0"}
WEBM = "filetype " + base64.b64encode(b"video/webm;codecs=vp8,opus").decode()


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: Any) -> Path:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    return tmp_path / "captures"


def device_of(seat: Seat) -> Client:
    _device, token = new_device(seat)
    return Client(headers={"Cookie": f"seat={token}"})


def create(client: Client, seat: Seat, length: int | str = len(DATA), **changes: str) -> Any:
    told = {"Upload-Length": str(length), "Upload-Metadata": WEBM}
    return client.post(f"/s/{seat.pk}/uploads/", headers=SIGNED | told | changes)


def patch(client: Client, address: str, offset: int | str, data: bytes, **changes: str) -> Any:
    kind = "application/offset+octet-stream"
    told = {"Upload-Offset": str(offset), "Content-Type": kind}
    return client.patch(address, data, content_type=kind, headers=SIGNED | told | changes)


def offset_of(client: Client, address: str) -> int:
    return int(client.head(address, headers=SIGNED)["Upload-Offset"])


def begun(seat: Seat, length: int = len(DATA)) -> tuple[Client, str]:
    client = device_of(seat)
    return client, create(client, seat, length)["Location"]


def upload_whole(seat: Seat, data: bytes = DATA) -> UUID:
    client, address = begun(seat, len(data))
    for start in range(0, len(data), PIECE):
        assert patch(client, address, start, data[start : start + PIECE]).status_code == 204
    return UUID(address.rsplit("/", 1)[1])


def content(seat: Seat, upload_id: UUID) -> bytes:
    upload = storage.find(seat.encounter_id, upload_id)
    assert upload is not None
    return b"".join(storage.read(upload, 0, upload.length))


def age(seat: Seat, address: str) -> storage.Upload:
    """Let a week go by for this upload."""
    upload = storage.find(seat.encounter_id, UUID(address.rsplit("/", 1)[1]))
    assert upload is not None
    upload.expires = tus.now_ms() - 1
    storage._keep_state(upload)
    return upload


@pytest.fixture
def learner(booked: Booker) -> Seat:
    return seat_of(booked(kind="simulated"), "learner")


def test_the_server_says_what_it_can(learner: Seat) -> None:
    answer = device_of(learner).options(f"/s/{learner.pk}/uploads/")
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer["Tus-Max-Size"]) == 500_000_000
    assert abs(int(answer["X-Farward-Now"]) - tus.now_ms()) < 60_000


def test_an_upload_stops_at_each_boundary_and_is_whole_in_the_end(learner: Seat) -> None:
    client, address = begun(learner)
    assert offset_of(client, address) == 0
    for start, end in ((0, 1), (1, 1), (1, 50_000), (50_000, 50_001), (50_001, len(DATA))):
        answer = patch(client, address, start, DATA[start:end])
        assert (answer.status_code, int(answer["Upload-Offset"])) == (204, end)
        assert offset_of(client, address) == end
    assert content(learner, UUID(address.rsplit("/", 1)[1])) == DATA


@pytest.mark.parametrize("offset", [0, 9, 11, len(DATA)])
def test_a_piece_for_another_place_is_refused(learner: Seat, offset: int) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])
    assert patch(client, address, offset, DATA[offset : offset + 5]).status_code == 409
    assert offset_of(client, address) == 10


@pytest.mark.parametrize(("name", "status"), [("sha1", 204), ("sha256", 204), ("md5", 400)])
def test_check_sums_are_checked(learner: Seat, name: str, status: int) -> None:
    client, address = begun(learner)
    digest = base64.b64encode(hashlib.new(name, DATA[:10]).digest()).decode()
    assert patch(client, address, 0, DATA[:10], **{"Upload-Checksum": f"{name} {digest}"}).status_code == status


def test_a_piece_that_arrives_damaged_is_not_kept(learner: Seat) -> None:
    client, address = begun(learner)
    digest = base64.b64encode(hashlib.sha256(b"something else").digest()).decode()
    assert patch(client, address, 0, DATA[:10], **{"Upload-Checksum": f"sha256 {digest}"}).status_code == 460
    assert offset_of(client, address) == 0


def test_more_than_was_said_is_refused(learner: Seat) -> None:
    client, address = begun(learner, 10)
    assert patch(client, address, 0, DATA[:11]).status_code == 413
    assert patch(client, address, 0, DATA[:10]).status_code == 204
    assert patch(client, address, 10, b"x").status_code == 413
    assert patch(client, address, 0, b"x" * (tus.MAX_PIECE + 1)).status_code == 413


def test_one_place_has_room_for_so_much(learner: Seat, settings: Any) -> None:
    settings.FARWARD_RECORDING_MEGABYTES = 1
    client, address = begun(learner, 900_000)
    assert create(client, learner, 100_001).status_code == 413
    assert client.delete(address, headers=SIGNED).status_code == 204
    assert create(client, learner, 100_001).status_code == 201


def test_an_upload_that_nobody_went_on_with_is_given_up(learner: Seat, captures_dir: Path) -> None:
    client, address = begun(learner)
    assert "Upload-Expires" in client.head(address, headers=SIGNED)
    age(learner, address)
    assert patch(client, address, 0, DATA[:10]).status_code == 410
    assert client.head(address, headers=SIGNED).status_code == 404
    other = create(client, learner)["Location"]
    age(learner, other)
    create(client, learner)
    assert len(list(captures_dir.rglob("state"))) == 1


def test_what_is_whole_does_not_expire_and_is_not_deleted(learner: Seat) -> None:
    upload = upload_whole(learner)
    client, address = device_of(learner), f"/s/{learner.pk}/uploads/{upload}"
    age(learner, address)
    assert offset_of(client, address) == len(DATA)
    assert client.delete(address, headers=SIGNED).status_code == 403


def test_nobody_touches_the_upload_of_another_place(learner: Seat, booked: Booker) -> None:
    _client, address = begun(learner)
    upload = address.rsplit("/", 1)[1]
    elsewhere = seat_of(booked(kind="simulated"), "learner")
    for other in (seat_of(learner.encounter, "patient"), elsewhere):
        client = device_of(other)
        own = f"/s/{other.pk}/uploads/{upload}"
        for tried in (own, address):
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
    ],
)
def test_what_cannot_begin_says_so(learner: Seat, changes: dict[str, str], status: int) -> None:
    answer = create(device_of(learner), learner, **changes)
    assert answer.status_code == status
    assert answer.content


def test_the_files_on_the_disk_say_nothing(learner: Seat, captures_dir: Path) -> None:
    upload_whole(learner)
    files = [path for path in captures_dir.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert all(b"secret" not in path.read_bytes() and b"webm" not in path.read_bytes() for path in files)


def test_without_the_patients_consent_nothing_is_taken_or_told(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    join_all(encounter)
    learner, patient = seat_of(encounter, "learner"), seat_of(encounter, "patient")
    client = device_of(learner)
    assert create(client, learner).status_code == 403
    started = {"recording": str(new_id()), "started": tus.now_ms(), "within": 5, "picture": True}
    assert code_of(send(learner, "recording.started", started)) == "consent_missing"
    agree(encounter, "recording")
    address = create(client, learner)["Location"]
    assert code_of(send(learner, "recording.started", started)) == "ok"
    assert consent(patient, "recording", "withdrawn") == "ok"
    assert patch(client, address, 0, DATA[:10]).status_code == 403
