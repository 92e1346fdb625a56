"""A limit on tries, counted in Django's cache so that all processes share it."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache

MINUTE = 60


def within_limit(what: str, key: str, limit: int, window: int = MINUTE) -> bool:
    """Count one try and say whether it is still within `limit` for this window of seconds."""
    # The key is hashed: it came from outside and may hold anything.
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
    slot = f"farward:tries:{what}:{digest}:{int(time.time()) // window}"
    cache.add(slot, 0, timeout=window * 2)
    try:
        count = cache.incr(slot)
        # Counting on forgets how long the count was to be kept.
        cache.touch(slot, window * 2)
        return count <= limit
    except ValueError:
        # The cache dropped the count between the two calls.
        return True
