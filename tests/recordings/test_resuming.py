"""An upload that is cut wherever it may be cut goes on there, and is whole and the same in the end."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farward.encounters.models import Seat
from farward.encounters.recordings import storage

from .support import DATA, begun, content, device_of, id_in, offset_of, patch, upload_whole

pytestmark = pytest.mark.django_db(databases="__all__")

#: What becomes of a piece: how long it is, what happens to it, and where its connection ends.
PIECES = st.integers(1, len(DATA) // 3)
HAPPENS = st.sampled_from(["whole", "cut", "damaged", "answer lost"])
FATES = st.lists(st.tuples(PIECES, HAPPENS, st.floats(0, 1)), max_size=8)


def arriving(piece: bytes, fate: str, cut: float) -> bytes:
    """What is left of a piece on its way."""
    if fate == "damaged":
        return bytes([piece[0] ^ 1]) + piece[1:]
    return piece[: max(1, int(len(piece) * cut))] if fate == "cut" else piece


def sum_of(piece: bytes) -> dict[str, str]:
    return {"Upload-Checksum": "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=FATES)
def test_whatever_is_cut_the_bytes_are_the_same(learner: Seat, fates: list[tuple[int, str, float]]) -> None:
    client, address = begun(learner)
    for length, fate, cut in [*fates, *[(50_000, "whole", 1.0)] * 3]:
        offset = offset_of(client, address)
        piece = DATA[offset : offset + length]
        if not piece:
            break
        arrives = arriving(piece, fate, cut)
        answer = patch(client, address, offset, arrives, **sum_of(piece))
        assert answer.status_code == (204 if arrives == piece else 460)
        if fate == "answer lost":
            assert patch(client, address, offset, piece).status_code == 409
    assert content(learner, id_in(address)) == DATA


def test_a_server_that_dies_between_piece_and_state_loses_only_the_piece(
    learner: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:1000])

    def die(_upload: storage.Upload) -> None:
        raise OSError("gone")

    with monkeypatch.context() as changed:
        changed.setattr(storage, "_keep_state", die)
        assert patch(client, address, 1000, DATA[1000:2000]).status_code == 507
    assert offset_of(client, address) == 1000
    patch(client, address, 1000, DATA[1000:])
    assert content(learner, id_in(address)) == DATA


def test_many_small_pieces_are_few_files(learner: Seat, captures_dir: Path) -> None:
    client, address = begun(learner, 3000)
    for start in range(0, 3000, 100):
        assert patch(client, address, start, DATA[start : start + 100]).status_code == 204
    upload = storage.find(learner.encounter_id, id_in(address))
    assert upload is not None
    assert len(upload.pieces) == 1
    assert len(list(captures_dir.glob("*/*.upload/0*"))) == 1
    assert content(learner, id_in(address)) == DATA[:3000]


def test_pieces_are_put_together_only_so_far(learner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "FULL_PIECE", 60_000)
    found = storage.find(learner.encounter_id, upload_whole(learner))
    assert found is not None
    assert [piece.size for piece in found.pieces] == [50_000, 50_000, len(DATA) - 100_000]
    assert b"".join(storage.read(found, 49_990, 100_010)) == DATA[49_990:100_010]


def test_the_files_on_the_disk_say_nothing(learner: Seat, captures_dir: Path) -> None:
    upload_whole(learner)
    files = [path for path in captures_dir.rglob("*") if path.is_file()]
    assert any(path.stat().st_size > len(DATA) for path in files)
    assert all(b"secret" not in path.read_bytes() and b"webm" not in path.read_bytes() for path in files)


def test_another_device_of_the_seat_goes_on(learner: Seat) -> None:
    client, address = begun(learner)
    patch(client, address, 0, DATA[:10])
    second = device_of(learner)
    assert offset_of(second, address) == 10
    assert patch(second, address, 10, DATA[10:]).status_code == 204
