"""Sealed files of captures: one directory for each encounter, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from farward.vault.sealing import open_media, seal_media


def keep_file(*, encounter_id: UUID, capture_id: UUID, sha256: bytes, data: bytes) -> None:
    """Seal the bytes and have them on the disk before this returns. Raises OSError, KeyGone."""
    path = _path(encounter_id, capture_id, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = seal_media(encounter_id, data, _aad(capture_id))
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def load_file(*, encounter_id: UUID, capture_id: UUID, sha256: bytes) -> bytes:
    """The bytes as they came. Raises FileNotFoundError, KeyGone, SealBroken."""
    return open_media(encounter_id, _path(encounter_id, capture_id, sha256).read_bytes(), _aad(capture_id))


def drop_file(*, encounter_id: UUID, capture_id: UUID, sha256: bytes) -> None:
    """Forget a file that no row names."""
    _path(encounter_id, capture_id, sha256).unlink(missing_ok=True)


def _path(encounter_id: UUID, capture_id: UUID, sha256: bytes) -> Path:
    # The digest in the name keeps two uploads under one id from overwriting each other.
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / encounter_id.hex / f"{capture_id.hex}-{sha256.hex()[:16]}.sealed"


def _aad(capture_id: UUID) -> bytes:
    return b"capture:" + capture_id.bytes


def _sync_directory(path: Path) -> None:
    """Make the new name itself outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
