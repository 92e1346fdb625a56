"""What goes by itself: half uploads, what is old, what is not agreed to any more, and what nobody can open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from django.conf import LazySettings

from farward.encounters.live import background
from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import storage
from farward.encounters.recordings.sweep import DAY_MS, GRACE_MS, HOUR_MS, sweep
from farward.vault.keys import destroy_keys
from tests.encounters.support import agree, bring_to, consent, seat_of
from tests.fixtures.cast import Booker

from .support import DATA, all_agree, begun, create, decide, device_of, id_in, patch, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")


def here(seat: Seat, *ids: object) -> list[bool]:
    return [storage.is_here(seat.encounter_id, each) for each in ids]  # type: ignore[arg-type]


def test_half_an_upload_goes_after_a_week(learner: Seat, captures_dir: Path) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])
    whole = upload_whole(learner)
    now = storage.now_ms()
    assert sweep(now + 7 * DAY_MS - HOUR_MS) == 0
    assert sweep(now + 7 * DAY_MS + HOUR_MS) == 1
    assert here(learner, id_in(address), whole) == [False, True]
    assert len(list(captures_dir.glob("*/*.upload"))) == 1


def test_each_piece_begins_the_week_anew(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = begun(learner)
    later = storage.now_ms() + 6 * DAY_MS
    with monkeypatch.context() as changed:
        changed.setattr(storage, "now_ms", lambda: later)
        assert patch(client, address, 0, DATA[:10]).status_code == 204
    assert sweep(later + 6 * DAY_MS) == 0


def test_what_is_old_goes(learner: Seat, settings: LazySettings) -> None:
    settings.FARWARD_RECORDING_DAYS = 30
    upload = upload_whole(learner)
    now = storage.now_ms()
    assert sweep(now + 29 * DAY_MS) == 0
    assert sweep(now + 31 * DAY_MS) == 1
    assert here(learner, upload) == [False]


def test_ones_own_no_erases_ones_own(learner: Seat) -> None:
    patient = seat_of(learner.encounter, "patient")
    all_agree(learner.encounter, "patient")
    hers, others = upload_whole(learner), upload_whole(patient)
    assert decide(learner, "withdrawn") == "ok"
    now = storage.now_ms()
    assert sweep(now + GRACE_MS - HOUR_MS) == 0
    assert sweep(now + GRACE_MS + HOUR_MS) == 1
    assert here(learner, hers, others) == [False, True]


def test_a_no_that_was_a_slip_erases_nothing(learner: Seat) -> None:
    upload_whole(learner)
    assert decide(learner, "withdrawn") == "ok"
    assert decide(learner) == "ok"
    assert sweep(storage.now_ms() + 2 * GRACE_MS) == 0


def test_the_patients_no_erases_all(booked: Booker) -> None:
    encounter = booked(kind="clinic")
    bring_to(encounter, "interview")
    agree(encounter, "recording")
    all_agree(encounter, "learner", "preceptor")
    for role in ("patient", "learner", "preceptor"):
        upload_whole(seat_of(encounter, role))
    assert consent(seat_of(encounter, "patient"), "recording", "withdrawn") == "ok"
    assert sweep(storage.now_ms() + GRACE_MS + HOUR_MS) == 3
    assert list(storage.encounters()) == []


def test_what_nobody_can_open_goes_at_once(learner: Seat, captures_dir: Path) -> None:
    upload_whole(learner)
    destroy_keys(learner.encounter_id)
    assert sweep() == 1
    assert not list(captures_dir.rglob("state"))


def test_what_is_damaged_keeps_nothing_else_from_going(learner: Seat, booked: Booker, captures_dir: Path) -> None:
    other = seat_of(booked(kind="simulated"), "learner")
    assert decide(other) == "ok"
    upload_whole(learner)
    create(device_of(other), other)
    damaged = captures_dir / learner.encounter_id.hex
    next(damaged.rglob("state")).write_bytes(b"x" * 60)
    assert sweep(storage.now_ms() + 8 * DAY_MS) == 1
    assert not list((captures_dir / other.encounter_id.hex).glob("*.upload"))


def test_what_is_half_removed_is_removed_the_next_time(learner: Seat, captures_dir: Path) -> None:
    _client, address = begun(learner)
    next(captures_dir.glob("*/*.upload")).joinpath("000007").mkdir()
    late = storage.now_ms() + 8 * DAY_MS
    assert sweep(late) == 0
    assert here(learner, id_in(address)) == [True]
    next(captures_dir.rglob("000007")).rmdir()
    assert sweep(late) == 1


def test_it_is_swept_while_the_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = asyncio.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(background, "SWEEP_SECONDS", 0.01)
        monkeypatch.setattr(background, "sweep", lambda: loop.call_soon_threadsafe(swept.set))
        upkeep = background.Upkeep()
        upkeep.start()
        await asyncio.wait_for(swept.wait(), 10)
        await upkeep.stop()

    asyncio.run(serve())


def test_an_encounter_that_is_gone_takes_its_recordings_along(learner: Seat, captures_dir: Path) -> None:
    upload_whole(learner)
    (captures_dir / learner.encounter_id.hex).rename(captures_dir / Encounter().pk.hex)
    assert sweep() == 1
