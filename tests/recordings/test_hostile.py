"""What a device that lies, hurries or fills the disk can do with recordings: harm itself and nobody else."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings

from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import storage
from farward.encounters.recordings.queries import recordings_of
from tests.encounters.support import seat_of

from .support import (
    DATA,
    SIGNED,
    as_account,
    begun,
    content,
    create,
    device_of,
    id_in,
    offset_of,
    patch,
    recorded,
    start,
    tell,
    upload_whole,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_many_who_announced_while_there_was_room_do_not_fill_what_the_journal_needs(
    learner: Seat, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = begun(learner)
    settings.FARWARD_DISK_RESERVE_MEGABYTES = 500
    with monkeypatch.context() as changed:
        changed.setattr(storage, "free_bytes", lambda: 500_000_009)
        assert patch(client, address, 0, DATA[:10]).status_code == 507
        assert patch(client, address, 0, DATA[:9]).status_code == 204
    assert patch(client, address, 9, DATA[9:]).status_code == 204
    assert content(learner, id_in(address)) == DATA


def test_an_upload_ends_only_once_no_request_works_on_it(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])
    drop = storage.drop
    held: list[bool] = []

    def look(upload: storage.Upload) -> None:
        lock = storage._folder(upload.encounter, upload.id) / "lock"
        with lock.open("a") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.append(True)
        drop(upload)

    monkeypatch.setattr(storage, "drop", look)
    assert client.delete(address, headers=SIGNED).status_code == 204
    assert held == [True]


def test_a_piece_for_an_upload_that_was_just_ended_is_told_to_begin_again(
    learner: Seat, captures_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = begun(learner)
    hold = storage.hold

    def late(encounter: Any, upload: Any) -> Any:
        storage.drop_all(learner.encounter_id)
        return hold(encounter, upload)

    monkeypatch.setattr(storage, "hold", late)
    assert patch(client, address, 0, DATA[:10]).status_code == 410
    assert list(captures_dir.glob("*/*.upload")) == []


def test_two_who_go_on_at_the_same_byte_leave_one_recording(learner: Seat) -> None:
    first, address = begun(learner)
    second = device_of(learner)
    assert patch(first, address, 0, DATA[:100]).status_code == 204
    assert patch(second, address, 0, b"z" * 100).status_code == 409
    assert offset_of(second, address) == 100
    assert patch(first, address, 100, DATA[100:]).status_code == 204
    assert patch(second, address, len(DATA), b"z").status_code == 413
    assert content(learner, id_in(address)) == DATA


def test_a_recording_asked_for_whole_is_read_piece_by_piece_and_not_into_memory(
    encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "FULL_PIECE", 20_000)
    address = recorded(seat_of(encounter, "patient"))
    opened: list[int] = []
    unseal = storage._open

    def count(upload: storage.Upload, piece: storage.Piece) -> bytes:
        opened.append(piece.number)
        return unseal(upload, piece)

    monkeypatch.setattr(storage, "_open", count)
    answer: Any = as_account(seat_of(encounter, "preceptor")).get(address)
    assert answer.is_async
    assert opened == []

    async def first() -> bytes:
        part: bytes = await anext(aiter(answer))
        return part

    assert DATA.startswith(async_to_sync(first)())
    assert opened == [0]


@pytest.mark.parametrize(("started", "audience"), [(1_000_000_000_000, "care"), (9_999_999_999_999, "everyone")])
def test_a_device_that_lies_about_its_time_does_not_stretch_the_playing_for_years(
    encounter: Encounter, started: int, audience: str
) -> None:
    liar, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    recorded(seat_of(encounter, "patient"))
    code, recording = start(liar, audience, started=started)
    assert code == "ok"
    assert tell(liar, upload_whole(liar), recording, audience, ms=86_400_000) == "ok"
    found = recordings_of(preceptor)
    assert len(found) == 2
    begins, ends = min(one.started for one in found), max(one.started + one.ms for one in found)
    now = storage.now_ms()
    assert now - 120_000 < begins <= ends < now + 120_000


def test_an_honest_recording_stays_where_it_was(encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    told = storage.now_ms() - 350
    recorded(learner, started=told)
    assert [(one.started, one.ms) for one in recordings_of(seat_of(encounter, "preceptor"))] == [(told, 4000)]


def test_a_recording_is_shown_once_however_often_a_device_says_that_it_is_here(encounter: Encounter) -> None:
    learner = seat_of(encounter, "learner")
    _code, recording = start(learner)
    upload = upload_whole(learner)
    assert {tell(learner, upload, recording) for _each in range(5)} == {"ok"}
    assert len(recordings_of(seat_of(encounter, "preceptor"))) == 1


def test_what_is_announced_is_a_number_of_bytes(learner: Seat) -> None:
    client = device_of(learner)
    for length in ("-1", "1e3", "NaN", "٣", "9" * 30, " 5", "0x10", ""):
        assert create(client, learner, length).status_code == 400


@pytest.mark.parametrize("text", ["é", "ÿÿÿÿ", "=", "a", "\u00a0", "//79"])
def test_headers_that_are_no_text_are_refused_and_not_a_fault(learner: Seat, text: str) -> None:
    client, address = begun(learner)
    assert create(client, learner, **{"Upload-Metadata": f"filetype {text}"}).status_code in {400, 415}
    assert patch(client, address, 0, DATA[:10], **{"Upload-Checksum": f"sha1 {text}"}).status_code in {400, 460}
    assert patch(client, address, 0, DATA[:10], **{"Upload-Checksum": text}).status_code == 400
    assert offset_of(client, address) == 0
