"""Seals open for their owner in their own place, whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
import uuid_utils.compat

from farward.vault import sealing
from farward.vault.errors import KeyGone, SealBroken
from farward.vault.keys import create_keys, destroy_keys
from farward.vault.models import Lane
from farward.vault.sealing import open_media, open_sealed, seal, seal_media

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def owner(db: None) -> UUID:
    made = uuid_utils.compat.uuid7()
    create_keys(made)
    return made


def test_what_was_sealed_opens(owner: UUID) -> None:
    assert (
        open_sealed(owner, Lane.IDENTITY, seal(owner, Lane.IDENTITY, b"Ms Rivera", b"seat 1"), b"seat 1")
        == b"Ms Rivera"
    )


def test_sealing_twice_gives_nothing_away(owner: UUID) -> None:
    assert seal(owner, Lane.TEXT, b"yes", b"") != seal(owner, Lane.TEXT, b"yes", b"")


def test_a_seal_does_not_open_elsewhere(owner: UUID) -> None:
    sealed = seal(owner, Lane.TEXT, b"Ms Rivera", b"seat 1")
    other = uuid_utils.compat.uuid7()
    create_keys(other)
    with pytest.raises(SealBroken):
        open_sealed(owner, Lane.TEXT, sealed, b"seat 2")
    with pytest.raises(SealBroken):
        open_sealed(owner, Lane.IDENTITY, sealed, b"seat 1")
    with pytest.raises(SealBroken):
        open_sealed(other, Lane.TEXT, sealed, b"seat 1")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(40)])
def test_what_was_never_sealed_does_not_open(owner: UUID, sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(owner, Lane.TEXT, sealed, b"")
    with pytest.raises(SealBroken):
        open_media(owner, sealed, b"")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK_BYTES", 10)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 35])
def test_media_of_any_length_opens(owner: UUID, small_chunks: None, size: int) -> None:
    assert open_media(owner, seal_media(owner, b"x" * size, b"still"), b"still") == b"x" * size


def test_media_of_several_megabytes_opens(owner: UUID) -> None:
    data = bytes(range(256)) * 10_000
    assert open_media(owner, seal_media(owner, data, b"still"), b"still") == data


CHUNK = 10 + 16
START = 4 + 32

SPOILS: dict[str, Callable[[bytes], bytes]] = {
    "cut at a chunk": lambda sealed: sealed[: START + CHUNK],
    "cut in a chunk": lambda sealed: sealed[:-3],
    "chunks swapped": lambda s: s[:START] + s[START + CHUNK : START + 2 * CHUNK] + s[START : START + CHUNK] + s[-26:],
    "a chunk left out": lambda sealed: sealed[:START] + sealed[START + CHUNK :],
    "a chunk repeated": lambda sealed: sealed[: START + CHUNK] + sealed[START:],
    "another salt": lambda sealed: sealed[:4] + bytes(32) + sealed[START:],
    "another kind of file": lambda sealed: b"FWM2" + sealed[4:],
    "a bit turned": lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
}


@pytest.mark.parametrize("name", SPOILS)
def test_spoilt_media_does_not_open(owner: UUID, small_chunks: None, name: str) -> None:
    sealed = seal_media(owner, b"0123456789abcdefghijABCDEFGHIJ", b"still")
    with pytest.raises(SealBroken):
        open_media(owner, SPOILS[name](sealed), b"still")


def test_media_does_not_open_as_another_capture(owner: UUID) -> None:
    with pytest.raises(SealBroken):
        open_media(owner, seal_media(owner, b"a picture", b"still 1"), b"still 2")


def test_without_its_key_media_is_gone(owner: UUID) -> None:
    sealed = seal_media(owner, b"a picture", b"still")
    destroy_keys(owner, [Lane.MEDIA])
    with pytest.raises(KeyGone):
        open_media(owner, sealed, b"still")
