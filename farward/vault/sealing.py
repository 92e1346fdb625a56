"""Sealing with an owner's keys: AES-256-GCM, in one piece for text and in chunks for media.

Media is `FWM1`, a 32-byte salt, then chunks of 1 MiB, each sealed under a key derived for this file alone with its
number and whether it is the last as nonce (the STREAM construction): chunks cannot be reordered, dropped or cut off.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag

from farward.vault.errors import SealBroken
from farward.vault.keys import data_key
from farward.vault.masters import NONCE_BYTES
from farward.vault.models import Lane

_MAGIC = b"FWM1"
_SALT_BYTES = 32
_TAG_BYTES = 16
CHUNK_BYTES = 1024 * 1024


def seal(owner: UUID, lane: str, plaintext: bytes, aad: bytes) -> bytes:
    """Seal under the owner's key. `aad` says where the result belongs; elsewhere it does not open. Raises KeyGone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + data_key(owner, lane).aead.encrypt(nonce, plaintext, aad)


def open_sealed(owner: UUID, lane: str, sealed: bytes, aad: bytes, *, known_live: bool = False) -> bytes:
    """Open what `seal` made. `known_live` is for a caller who has just seen that the key is there.

    Raises:
        KeyGone: the key was thrown away.
        SealBroken: the bytes were changed or belong elsewhere.
    """
    try:
        key = data_key(owner, lane, known_live=known_live)
        return key.aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        raise SealBroken(f"sealed {lane} bytes of {owner} do not open") from None


def seal_media(owner: UUID, data: bytes, aad: bytes) -> bytes:
    """Seal a file under the owner's media key. Raises KeyGone."""
    salt = os.urandom(_SALT_BYTES)
    aead = data_key(owner, Lane.MEDIA).derive(salt=salt, info=_MAGIC + aad)
    pieces = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)] or [b""]
    last = len(pieces) - 1
    sealed = [aead.encrypt(_nonce(number, number == last), piece, aad) for number, piece in enumerate(pieces)]
    return b"".join([_MAGIC, salt, *sealed])


def open_media(owner: UUID, sealed: bytes, aad: bytes) -> bytes:
    """Open what `seal_media` made. Raises KeyGone, SealBroken."""
    body = sealed[len(_MAGIC) + _SALT_BYTES :]
    if sealed[: len(_MAGIC)] != _MAGIC or len(body) < _TAG_BYTES:
        raise SealBroken(f"not sealed media of {owner}")
    salt = sealed[len(_MAGIC) : len(_MAGIC) + _SALT_BYTES]
    aead = data_key(owner, Lane.MEDIA).derive(salt=salt, info=_MAGIC + aad)
    step = CHUNK_BYTES + _TAG_BYTES
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    last = len(pieces) - 1
    try:
        return b"".join(aead.decrypt(_nonce(n, n == last), piece, aad) for n, piece in enumerate(pieces))
    except (InvalidTag, ValueError):
        raise SealBroken(f"sealed media of {owner} does not open") from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + (b"\x01" if last else b"\x00")
