"""How much one seat may send: a token bucket."""

from __future__ import annotations

import time


class Bucket:
    """Lets `rate` things pass each second, and `burst` at once."""

    __slots__ = ("_burst", "_level", "_rate", "_since")

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._since = time.monotonic()

    def take(self) -> bool:
        """Take one token. False where none is left."""
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._since) * self._rate)
        self._since = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
