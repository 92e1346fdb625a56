"""Sealed files of captures: one directory for each encounter, written whole or not at all.

A still that comes in pieces waits as files of its own, whose names say where each piece belongs. There is no row for it
before it is whole, so what is here is counted by looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from farward.encounters.pieces import PART
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


@dataclass(frozen=True, slots=True)
class Arriving:
    """A still that comes in pieces. The digest of the whole, and the seat that sends it, are part of its name."""

    encounter_id: UUID
    seat_id: UUID
    capture_id: UUID
    sha256: bytes

    @property
    def offset(self) -> int:
        """How many bytes are here without a gap: where the next piece belongs."""
        return sum(length for _start, length in self._in_order())

    def keep(self, offset: int, data: bytes) -> None:
        """Seal one piece and have it on the disk before this returns. Raises OSError, KeyGone."""
        sealed = seal_media(self.encounter_id, data, self._aad(offset))
        write_durably(_folder(self.encounter_id) / f"{self._stem}-{offset:08}-{len(data)}{PART}", sealed)

    def whole(self) -> bytes:
        """All pieces in order. Raises FileNotFoundError, KeyGone, SealBroken."""
        folder = _folder(self.encounter_id)
        return b"".join(
            open_media(
                self.encounter_id, (folder / f"{self._stem}-{start:08}-{length}{PART}").read_bytes(), self._aad(start)
            )
            for start, length in self._in_order()
        )

    def drop(self) -> None:
        """Forget every piece."""
        for path in self._files():
            path.unlink(missing_ok=True)

    @property
    def _stem(self) -> str:
        return f"{self.capture_id.hex}-{self.sha256.hex()[:16]}-{self.seat_id.hex}"

    def _files(self) -> list[Path]:
        return list(_folder(self.encounter_id).glob(f"{self._stem}-*{PART}"))

    def _in_order(self) -> list[tuple[int, int]]:
        """Start and length of the pieces that join without a gap; where one was cut anew, the longer counts."""
        longest: dict[int, int] = {}
        for path in self._files():
            start, length = (int(part) for part in path.name.removesuffix(PART).split("-")[3:])
            longest[start] = max(length, longest.get(start, 0))
        joined, here = [], 0
        while here in longest:
            joined.append((here, longest[here]))
            here += longest[here]
        return joined

    def _aad(self, offset: int) -> bytes:
        return b"part:" + self.capture_id.bytes + offset.to_bytes(4)


def arriving_from(encounter_id: UUID, seat_id: UUID) -> set[str]:
    """The numbers of this seat's stills that have come only in part."""
    return {path.name.split("-")[0] for path in _folder(encounter_id).glob(f"*-{seat_id.hex}-*{PART}")}


def _folder(encounter_id: UUID) -> Path:
    directory: Path = settings.FARWARD_CAPTURES_DIR
    return directory / encounter_id.hex


def _path(encounter_id: UUID, capture_id: UUID, sha256: bytes) -> Path:
    # The digest in the name keeps two uploads under one id from overwriting each other.
    return _folder(encounter_id) / f"{capture_id.hex}-{sha256.hex()[:16]}.sealed"


def _aad(capture_id: UUID) -> bytes:
    return b"capture:" + capture_id.bytes
