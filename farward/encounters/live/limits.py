"""How much one seat may send: token buckets, kept for the seat and not for a connection, which is soon made anew."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

#: Seats whose buckets are kept. One that falls out begins with full ones.
KEPT = 10_000


class Bucket:
    """Lets `rate` things pass each second, and `burst` at once."""

    __slots__ = ("_burst", "_level", "_rate", "_since")

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._since = time.monotonic()

    def take(self, tokens: int = 1) -> bool:
        """Take tokens. False where fewer are left."""
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._since) * self._rate)
        self._since = now
        if self._level < tokens:
            return False
        self._level -= tokens
        return True


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a seat may send: frames, bytes for the journal, states, and changes of how good its connection is."""

    frames: Bucket = field(default_factory=lambda: Bucket(rate=60, burst=300))
    #: A week without a network comes at once; more than people write fills nobody's line and no disk.
    written: Bucket = field(default_factory=lambda: Bucket(rate=4096, burst=4 * 1024 * 1024))
    states: Bucket = field(default_factory=lambda: Bucket(rate=10, burst=20))
    #: Each of these is told to everyone, on links that may be narrow.
    qualities: Bucket = field(default_factory=lambda: Bucket(rate=0.2, burst=5))


_allowances: OrderedDict[UUID, Allowance] = OrderedDict()


def allowance_of(seat_id: UUID) -> Allowance:
    """The seat's allowance in this process, whichever connection asks."""
    found = _allowances.setdefault(seat_id, Allowance())
    _allowances.move_to_end(seat_id)
    if len(_allowances) > KEPT:
        _allowances.popitem(last=False)
    return found
