"""The sealed pieces of clips, each written whole or not at all. Joining is reading them in order."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from farward.encounters.models import Clip
from farward.files import write_durably
from farward.vault.sealing import open_media, seal_media


@contextmanager
def one_at_a_time(encounter_id: UUID) -> Iterator[None]:
    """One request at a time that adds to this encounter's clips, over all processes of this machine. Raises OSError.

    Without it a piece that was slow on its way could come into the place of one that was looked at and found good.
    """
    folder = _folder(encounter_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "clips.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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


def _folder(encounter_id: UUID) -> Path:
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / encounter_id.hex


def _path(clip: Clip, number: int) -> Path:
    return _folder(clip.encounter_id) / f"{clip.pk.hex}-{number:02}.clip.sealed"


def _aad(clip: Clip, number: int) -> bytes:
    return b"clip:" + clip.pk.bytes + number.to_bytes(2)
