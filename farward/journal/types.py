"""What goes into a journal and what comes out: drafts, refusals, results, entries, readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

SYSTEM = "system"

#: Limits of one append, in bytes of payload JSON and in entries.
MAX_PAYLOAD_BYTES = 64 * 1024
MAX_BATCH_ENTRIES = 256


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as its author wrote it: what a device sends, less the author, whom the server knows."""

    id: UUID
    kind: str
    audience: str
    at: datetime
    payload: msgspec.Raw


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all payloads share: unknown fields are refused, so that a typing error does not pass in silence."""


class Refusal(msgspec.Struct, frozen=True):
    """Why one draft of a batch was not taken. `index` is its place in the batch, `id` null if it had none."""

    index: int
    id: UUID | None
    code: str
    message: str


class Accepted(msgspec.Struct, frozen=True):
    """A draft that is in the journal, now or from an earlier sending."""

    id: UUID
    seq: int
    duplicate: bool = False


class Refused(Exception):
    """Raised to refuse one draft: a machine-readable code and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What became of a batch. `head` is the journal's `seq` after it."""

    accepted: list[Accepted]
    refused: list[Refusal]
    head: int


class ReadEntry(msgspec.Struct, frozen=True, gc=False):
    """One entry as a reader gets it; `payload` is the JSON as sealed, or null once its key is thrown away."""

    seq: int
    id: UUID
    kind: str
    author: str
    audience: str
    at: datetime
    received: datetime
    payload: msgspec.Raw

    @property
    def erased(self) -> bool:
        """Whether only the envelope is left."""
        return bytes(self.payload) == b"null"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `author` (`seat:<uuid>`) sees its own entries and those of its `audiences`."""

    author: str
    audiences: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after a cursor. `cursor` is the last `seq` looked at, also where nothing was for this reader."""

    entries: list[ReadEntry]
    cursor: int
    more: bool
