"""The form of one entry: its header as canonical JSON, its digest, and the seal around its payload.

    digest = SHA-256(0x00 ‖ SHA-256(header) ‖ SHA-256(nonce ‖ ciphertext))

The header names the digest before it (`prev`), so each digest stands for the journal up to its entry. It covers
ciphertext: throwing the key away leaves the chain checkable. The header is also the seal's associated data, so a
ciphertext opens only in its own place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec

VERSION = 1
GENESIS = bytes(32)

#: The lane of an entry that is not sealed: its payload must outlive the journal's keys.
OPEN = "open"


class BadHeader(ValueError):
    """These bytes are not a header."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about an entry but its payload. The order of fields is the canonical order."""

    v: int
    journal: UUID
    seq: int
    id: UUID
    kind: str
    author: str
    audience: str
    at: datetime
    received: datetime
    lane: str
    prev: str


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """What a reader needs of a header."""

    seq: int
    id: UUID
    kind: str
    author: str
    audience: str
    at: datetime
    received: datetime
    lane: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Header)
_envelopes = msgspec.json.Decoder(list[Envelope])


def encode_header(header: Header) -> bytes:
    """The header's only bytes: no spaces, fields in order, times in UTC."""
    return _encoder.encode(header)


def decode_header(data: bytes) -> Header:
    """Raises BadHeader."""
    with _bad_header():
        return _decoder.decode(data)


def decode_envelopes(data: list[bytes]) -> list[Envelope]:
    """Many headers in one go, for reading. Raises BadHeader."""
    with _bad_header():
        found = _envelopes.decode(b"[" + b",".join(data) + b"]")
    if len(found) != len(data):
        raise BadHeader
    return found


@contextmanager
def _bad_header() -> Iterator[None]:
    try:
        yield
    except (msgspec.DecodeError, ValueError):
        # ValueError: text that is no UTF-8.
        raise BadHeader from None


def digest_of(header: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
    """The digest that the next entry's header names."""
    return sha256(b"\x00" + sha256(header).digest() + sha256(nonce + ciphertext).digest()).digest()


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, as headers carry it."""
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
