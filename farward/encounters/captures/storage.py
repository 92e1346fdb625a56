"""Sealed files of captures: one directory for each encounter, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from farward.files import write_durably
from farward.vault.sealing import open_media, seal_media


def keep_file(*, encounter_id: UUID, capture_id: UUID, sha256: bytes, data: bytes) -> None:
    """Seal the bytes and have them on the disk before this returns. Raises OSError, KeyGone."""
    write_durably(_path(encounter_id, capture_id, sha256), seal_media(encounter_id, data, _aad(capture_id)))


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
