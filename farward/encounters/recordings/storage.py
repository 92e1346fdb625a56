"""Uploads on the disk: one directory each, with a sealed state and the sealed pieces in the order they came.

A piece is written before the state that counts it, so a server that dies between the two has lost only a piece that it
had not acknowledged. What the state does not count is overwritten by the next piece.
"""

from __future__ import annotations

import fcntl
import shutil
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


class Upload(msgspec.Struct):
    """What is known of an upload. Times are milliseconds since 1970 by the server's clock."""

    id: UUID
    encounter: UUID
    seat: UUID
    length: int
    media_type: str
    expires: int
    pieces: list[int] = []

    @property
    def offset(self) -> int:
        return sum(self.pieces)

    @property
    def whole(self) -> bool:
        return self.offset == self.length


@contextmanager
def hold(encounter: UUID, upload: UUID) -> Iterator[None]:
    """One request at a time for one upload, over all processes of this machine. Raises FileNotFoundError."""
    with (_folder(encounter, upload) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin(upload: Upload) -> None:
    """Make room for a new upload."""
    _folder(upload.encounter, upload.id).mkdir(parents=True)
    (_folder(upload.encounter, upload.id) / "lock").touch()
    _keep_state(upload)


def find(encounter: UUID, upload: UUID) -> Upload | None:
    """The upload of this encounter; None where there is none. Raises KeyGone, SealBroken."""
    path = _folder(encounter, upload) / "state"
    if not path.exists():
        return None
    return msgspec.json.decode(open_media(encounter, path.read_bytes(), _aad(upload, -1)), type=Upload)


def uploads_of(encounter: UUID) -> Iterator[Upload]:
    """Every upload of an encounter, whole or not."""
    for folder in _encounter_folder(encounter).glob(f"*{SUFFIX}"):
        found = find(encounter, UUID(hex=folder.name.removesuffix(SUFFIX)))
        if found is not None:
            yield found


def add(upload: Upload, data: bytes) -> None:
    """Keep one more piece: on the disk before this returns."""
    number = len(upload.pieces)
    write_durably(_piece(upload, number), seal_media(upload.encounter, data, _aad(upload.id, number)))
    upload.pieces.append(len(data))
    _keep_state(upload)


def drop(upload: Upload) -> None:
    """Forget an upload and all that came of it."""
    shutil.rmtree(_folder(upload.encounter, upload.id), ignore_errors=True)


def read(upload: Upload, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to, without, `end`; only the pieces that hold them are opened."""
    begins = [0, *accumulate(upload.pieces)]
    for number, size in enumerate(upload.pieces):
        first = begins[number]
        if first + size <= start or first >= end:
            continue
        sealed = _piece(upload, number).read_bytes()
        yield open_media(upload.encounter, sealed, _aad(upload.id, number))[max(0, start - first) : end - first]


def _keep_state(upload: Upload) -> None:
    sealed = seal_media(upload.encounter, msgspec.json.encode(upload), _aad(upload.id, -1))
    write_durably(_folder(upload.encounter, upload.id) / "state", sealed)


def _encounter_folder(encounter: UUID) -> Path:
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / encounter.hex


def _folder(encounter: UUID, upload: UUID) -> Path:
    return _encounter_folder(encounter) / f"{upload.hex}{SUFFIX}"


def _piece(upload: Upload, number: int) -> Path:
    return _folder(upload.encounter, upload.id) / f"{number:06}"


def _aad(upload: UUID, number: int) -> bytes:
    return b"upload:" + upload.bytes + number.to_bytes(4, signed=True)
