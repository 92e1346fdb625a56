"""What a bad link does to packets, without any packets: a pure model of one direction of an access link.

A `Condition` says how a link is at some time, a `Direction` carries packets through it: each gets a time of delivery or
is lost. Random bursts follow Gilbert and Elliott: the link is in a good or a bad state, and each packet may change it.
The order of packets is kept, as the link layers of radio networks keep it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Burst:
    """Losses that come together: the chance, for each packet, to enter and to leave the bad state; the loss in it."""

    enter: float
    leave: float
    loss: float


@dataclass(frozen=True, slots=True)
class Condition:
    """How one direction of a link is now. Shares go from 0 to 1, times are seconds.

    Attributes:
        kbps: thousand bits of IP a second; None for as fast as the machine is.
        queue: how long a packet may wait for its turn before the link drops it.
        up: False while nothing passes at all.
    """

    kbps: float | None = None
    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0
    burst: Burst | None = None
    queue: float = 1.0
    up: bool = True

    def __post_init__(self) -> None:
        if self.kbps is not None and self.kbps <= 0:
            raise ValueError(f"a link of {self.kbps} kbit/s carries nothing: say that it is not up instead")
        if not 0 <= self.loss <= 1:
            raise ValueError(f"loss is a share from 0 to 1, not {self.loss}")
        if min(self.delay, self.jitter, self.queue) < 0:
            raise ValueError("delay, jitter and queue are seconds and cannot be negative")


@dataclass
class Tally:
    """What became of the packets that were offered."""

    packets: int = 0
    bytes: int = 0
    delivered: int = 0
    lost: int = 0
    overflowed: int = 0
    cut: int = 0

    def as_dict(self) -> dict[str, int]:
        return dict(vars(self))


@dataclass
class Direction:
    """One direction of an access link. `chance` is its own source of luck, so that a seed plays it again."""

    chance: random.Random
    condition: Condition = field(default_factory=Condition)
    tally: Tally = field(default_factory=Tally)
    _free: float = 0.0
    _latest: float = 0.0
    _bad: bool = False

    def offer(self, size: int, now: float) -> float | None:
        """Take a packet of so many bytes; returns when it comes out, or None if it does not."""
        self.tally.packets += 1
        self.tally.bytes += size
        if not self.condition.up:
            self.tally.cut += 1
            return None
        if self._free - now > self.condition.queue:
            self.tally.overflowed += 1
            return None
        self._free = max(self._free, now) + self._air_time(size)
        # A packet that is lost on the way has used its time on the air as any other.
        if self._is_lost():
            self.tally.lost += 1
            return None
        self.tally.delivered += 1
        wobble = self.chance.uniform(-self.condition.jitter, self.condition.jitter)
        self._latest = max(self._latest, self._free + max(0.0, self.condition.delay + wobble))
        return self._latest

    def become(self, condition: Condition) -> None:
        """Change the link. What waits in the queue has been promised its time already and keeps it."""
        self.condition = condition

    def _air_time(self, size: int) -> float:
        return size * 8 / (self.condition.kbps * 1000) if self.condition.kbps else 0.0

    def _is_lost(self) -> bool:
        burst = self.condition.burst
        if burst is None:
            self._bad = False
        elif self._bad:
            self._bad = self.chance.random() >= burst.leave
        else:
            self._bad = self.chance.random() < burst.enter
        loss = max(self.condition.loss, burst.loss) if burst and self._bad else self.condition.loss
        return self.chance.random() < loss
