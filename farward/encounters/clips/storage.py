"""The sealed pieces of clips, each written whole or not at all. Joining is reading them in order."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from farward.encounters.models import Clip
from farward.files import write_durably
from farward.vault.sealing import open_media, seal_media


def keep_piece(clip: Clip, number: int, data: bytes) -> None:
    """Seal one piece and have it on the disk before this returns. Raises OSError, KeyGone."""
    write_durably(_path(clip, number), seal_media(clip.encounter_id, data, _aad(clip, number)))


def load_clip(clip: Clip) -> bytes:
    """All pieces that are here, in order. Raises FileNotFoundError, KeyGone, SealBroken."""
    return b"".join(
        open_media(clip.encounter_id, _path(clip, number).read_bytes(), _aad(clip, number))
        for number in range(clip.pieces)
    )


def drop_clip(clip: Clip) -> None:
    """Forget every piece."""
    for number in range(clip.pieces):
        _path(clip, number).unlink(missing_ok=True)


def _path(clip: Clip, number: int) -> Path:
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / clip.encounter_id.hex / f"{clip.pk.hex}-{number:02}.clip.sealed"


def _aad(clip: Clip, number: int) -> bytes:
    return b"clip:" + clip.pk.bytes + number.to_bytes(2)
