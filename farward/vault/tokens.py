"""Bearer tokens: 256 random bits for the holder, their SHA-256 for us."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> tuple[str, bytes]:
    """A new token and the hash to keep of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    """What is stored of a token. No salt or stretching: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def token_matches(token: str, stored: bytes | memoryview) -> bool:
    """Whether this is the token behind the stored hash, compared in constant time."""
    return hmac.compare_digest(hash_token(token), bytes(stored))
