"""Sealing what belongs to accounts, not to an encounter: second steps and sessions. One key for the installation."""

from __future__ import annotations

from uuid import UUID

from farward.vault.errors import KeyGone
from farward.vault.keys import create_keys
from farward.vault.models import Lane
from farward.vault.sealing import open_sealed, seal

#: The owner of the accounts' key among the owners of keys, which else are encounters.
ACCOUNTS = UUID("6163636f-756e-7473-8000-666172776172")


def seal_own(data: bytes, what: bytes) -> bytes:
    """Seal bytes of an account. `what` says which kind they are: as another kind they do not open."""
    try:
        return seal(ACCOUNTS, Lane.IDENTITY, data, what)
    except KeyGone:
        create_keys(ACCOUNTS, [Lane.IDENTITY])
        return seal(ACCOUNTS, Lane.IDENTITY, data, what)


def open_own(sealed: bytes, what: bytes) -> bytes:
    """Open what `seal_own` made. Raises KeyGone, SealBroken."""
    # This key is never thrown away, so whether it still is there need not be asked at each request.
    return open_sealed(ACCOUNTS, Lane.IDENTITY, sealed, what, known_live=True)
