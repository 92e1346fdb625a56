"""Uploads on the disk: one directory each, with a sealed state and the sealed pieces in the order they came.

A piece is written before the state that counts it, so a server that dies between the two has lost only a piece that it
had not acknowledged. What the state does not count is overwritten by the next piece. Small pieces are put together as
they come, so that an upload over a poor line is not thousands of files.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from uuid import UUID

import msgspec
from django.conf import settings

from farward.files import write_durably
from farward.vault.sealing import open_media, seal_media

SUFFIX = ".upload"
#: Pieces are put together up to this size.
FULL_PIECE = 512 * 1024


class Piece(msgspec.Struct, array_like=True, frozen=True):
    """One sealed file of an upload."""

    number: int
    size: int


class Upload(msgspec.Struct):
    """What is known of an upload. `touched`: when bytes last came, in milliseconds since 1970 by the server's clock."""

    id: UUID
    encounter: UUID
    seat: UUID
    length: int
    media_type: str
    metadata: str
    touched: int
    pieces: list[Piece] = []

    @property
    def offset(self) -> int:
        return sum(piece.size for piece in self.pieces)

    @property
    def whole(self) -> bool:
        return self.offset == self.length


def now_ms() -> int:
    """The server's clock."""
    return time.time_ns() // 1_000_000


@contextmanager
def hold(encounter: UUID, upload: UUID) -> Iterator[None]:
    """One request at a time for one upload, over all processes of this machine. Raises FileNotFoundError."""
    with (_folder(encounter, upload) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def hold_all(encounter: UUID) -> Iterator[None]:
    """One request at a time that begins an upload in this encounter, so that two cannot share the last free space."""
    folder = _encounter_folder(encounter)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "uploads.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin(upload: Upload) -> None:
    """Make room for a new upload."""
    _folder(upload.encounter, upload.id).mkdir(parents=True)
    (_folder(upload.encounter, upload.id) / "lock").touch()
    _keep_state(upload)


def find(encounter: UUID, upload: UUID) -> Upload | None:
    """The upload of this encounter; None where there is none. Raises KeyGone, SealBroken."""
    try:
        sealed = (_folder(encounter, upload) / "state").read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(open_media(encounter, sealed, _aad(upload, -1)), type=Upload)


def uploads_of(encounter: UUID) -> Iterator[Upload]:
    """Every upload of an encounter, whole or not. Raises KeyGone, SealBroken."""
    for folder in _encounter_folder(encounter).glob(f"*{SUFFIX}"):
        found = find(encounter, UUID(hex=folder.name.removesuffix(SUFFIX)))
        if found is not None:
            yield found


def is_here(encounter: UUID, upload: UUID) -> bool:
    """Whether something is kept under this id, without opening it."""
    return (_folder(encounter, upload) / "state").exists()


def encounters() -> Iterator[UUID]:
    """Every encounter of which there are uploads."""
    directory: Path = settings.FARWARD_CAPTURES_DIR
    for name in sorted({folder.parent.name for folder in directory.glob(f"*/*{SUFFIX}")}):
        yield UUID(hex=name)


def free_bytes() -> int:
    """How much room the disk has."""
    folder: Path = settings.FARWARD_CAPTURES_DIR
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def add(upload: Upload, data: bytes) -> None:
    """Keep what came: on the disk before this returns."""
    last = upload.pieces[-1] if upload.pieces else None
    joined = last is not None and last.size + len(data) <= FULL_PIECE
    if last is not None and joined:
        data = _open(upload, last) + data
    piece = Piece(last.number + 1 if last else 0, len(data))
    write_durably(_path(upload, piece), seal_media(upload.encounter, data, _aad(upload.id, piece.number)))
    upload.pieces = [*(upload.pieces[:-1] if joined else upload.pieces), piece]
    _keep_state(upload)
    if last is not None and joined:
        _path(upload, last).unlink(missing_ok=True)


def drop(upload: Upload) -> None:
    """Forget an upload and all that came of it."""
    _remove(_folder(upload.encounter, upload.id))


def drop_all(encounter: UUID) -> int:
    """Forget every upload of an encounter, also those that nobody can open any more. Returns how many."""
    folders = list(_encounter_folder(encounter).glob(f"*{SUFFIX}"))
    for folder in folders:
        _remove(folder)
    return len(folders)


def read(upload: Upload, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to, without, `end`; only the pieces that hold them are opened."""
    ends = accumulate(piece.size for piece in upload.pieces)
    for piece, last in zip(upload.pieces, ends, strict=True):
        first = last - piece.size
        if start < last and first < end:
            yield _open(upload, piece)[max(0, start - first) : end - first]


def _open(upload: Upload, piece: Piece) -> bytes:
    return open_media(upload.encounter, _path(upload, piece).read_bytes(), _aad(upload.id, piece.number))


def _remove(folder: Path) -> None:
    # The state last: what is only half removed is found again by the next sweep.
    for path in sorted(folder.iterdir(), key=lambda path: path.name in {"lock", "state"}):
        path.unlink(missing_ok=True)
    folder.rmdir()


def _keep_state(upload: Upload) -> None:
    sealed = seal_media(upload.encounter, msgspec.json.encode(upload), _aad(upload.id, -1))
    write_durably(_folder(upload.encounter, upload.id) / "state", sealed)


def _encounter_folder(encounter: UUID) -> Path:
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / encounter.hex


def _folder(encounter: UUID, upload: UUID) -> Path:
    return _encounter_folder(encounter) / f"{upload.hex}{SUFFIX}"


def _path(upload: Upload, piece: Piece) -> Path:
    return _folder(upload.encounter, upload.id) / f"{piece.number:06}"


def _aad(upload: UUID, number: int) -> bytes:
    return b"upload:" + upload.bytes + number.to_bytes(4, signed=True)
