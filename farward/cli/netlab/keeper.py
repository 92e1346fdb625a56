"""The process that is the laboratory: it makes the namespaces, carries the packets, and takes everything away again.

    python -m farward.cli.netlab.keeper LAB PLACE=PROFILE…

It obeys JSON lines on its input and answers each with one on its output. When the input ends, because whoever started
it is done or dead, or at SIGTERM, it removes what it made. A process of its own keeps time while the starter is busy.

Orders: {"do": "profile", "place": …, "profile": …}, {"do": "cut", "place": …, "seconds": …}, {"do": "stats"}.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import random
import selectors
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from . import space
from .model import Condition, Direction
from .profiles import Moment, Profile, find

PACKETS_AT_ONCE = 64
#: The niceness: a link that waits for the processor behind the browsers is a worse link than was asked for.
FIRST = -10
PACKET_BYTES = 2048
UDP = 17


@dataclass
class Link:
    """One client's access link: its two devices, the model of both directions, and how it is meant to be."""

    place: str
    address: str
    client: int
    hub: int
    profile: Profile
    since: float
    up: Direction
    down: Direction
    cut_until: float = 0.0

    def follow(self, now: float) -> None:
        """Bring both directions to how the link is meant to be now."""
        moment: Moment = self.profile.at(now - self.since)
        for direction, condition in ((self.up, moment.up), (self.down, moment.down)):
            wanted = self._unless_cut(condition, now)
            if direction.condition != wanted:
                direction.become(wanted)

    def _unless_cut(self, condition: Condition, now: float) -> Condition:
        return replace(condition, up=False) if now < self.cut_until else condition


@dataclass
class Keeper:
    """All links, and the packets that are on their way."""

    links: dict[str, Link] = field(default_factory=dict)
    flows: Counter[tuple[str, str]] = field(default_factory=Counter)
    _waiting: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _count: int = 0
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _typed: bytes = b""
    ended: bool = False

    def build(self, lab: str, wanted: dict[str, str], seed: int) -> None:
        """Make the namespaces and open the devices."""
        hub = space.space_of(lab, "hub")
        space.make_hub(hub)
        for number, (place, profile) in enumerate(wanted.items(), 1):
            client, address = space.space_of(lab, place), space.address_of(number)
            space.make_space(client)
            link = Link(
                place=place,
                address=address,
                client=space.open_tun(f"{lab}c{number}", client, address, "default"),
                hub=space.open_tun(f"{lab}h{number}", hub, "", f"{address}/32"),
                profile=find(profile),
                since=time.monotonic(),
                up=Direction(random.Random(f"{seed} {place} up")),  # noqa: S311 - luck, not secrets
                down=Direction(random.Random(f"{seed} {place} down")),  # noqa: S311 - luck, not secrets
            )
            self.links[place] = link
            self._selector.register(link.client, selectors.EVENT_READ, (link, link.up, link.client, link.hub))
            self._selector.register(link.hub, selectors.EVENT_READ, (link, link.down, link.hub, link.client))

    def run(self) -> None:
        """Carry packets and obey orders until the orders end."""
        os.set_blocking(sys.stdin.fileno(), False)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        while not self.ended:
            self._deliver()
            for key, _events in self._selector.select(self._until_next()):
                if key.data is None:
                    self._read_orders()
                else:
                    self._take(*key.data)

    def end(self, *_signal: object) -> None:
        self.ended = True

    # --- packets -----------------------------------------------------------------------------------------------------

    def _until_next(self) -> float:
        # The kernel rounds waits up; a second at most, so that an end is noticed.
        return min(1.0, max(0.0, self._waiting[0][0] - time.monotonic())) if self._waiting else 1.0

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] <= now:
            _at, _order, device, packet = heapq.heappop(self._waiting)
            # A device whose own queue is full drops, as a real one does.
            with contextlib.suppress(OSError):
                os.write(device, packet)

    def _take(self, link: Link, direction: Direction, source: int, target: int) -> None:
        for _ in range(PACKETS_AT_ONCE):
            try:
                packet = os.read(source, PACKET_BYTES)
            except OSError:
                return
            if packet[0] >> 4 != 4:
                continue
            now = time.monotonic()
            link.follow(now)
            if direction is link.up and packet[9] == UDP:
                self.flows[_dotted(packet[12:16]), _dotted(packet[16:20])] += len(packet)
            out = direction.offer(len(packet), now)
            if out is not None:
                self._count += 1
                heapq.heappush(self._waiting, (out, self._count, target, packet))

    # --- orders ------------------------------------------------------------------------------------------------------

    def _read_orders(self) -> None:
        read = os.read(sys.stdin.fileno(), 65536)
        if not read:
            self.end()
        *lines, self._typed = (self._typed + read).split(b"\n")
        for line in lines:
            try:
                answer = self._obey(json.loads(line))
            except (KeyError, ValueError) as error:
                answer = {"error": str(error)}
            say(answer)

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        now = time.monotonic()
        if order["do"] == "stats":
            return self._stats(now)
        link = self.links[order["place"]]
        if order["do"] == "profile":
            link.profile, link.since, link.cut_until = find(order["profile"]), now, 0.0
        elif order["do"] == "cut":
            link.cut_until = now + float(order["seconds"])
        else:
            raise ValueError(f"no such order: {order['do']}")
        return {"done": order["do"]}

    def _stats(self, now: float) -> dict[str, Any]:
        links = {}
        for place, link in self.links.items():
            link.follow(now)
            links[place] = {
                "profile": link.profile.name,
                "is_up": link.up.condition.up,
                "up": link.up.tally.as_dict(),
                "down": link.down.tally.as_dict(),
            }
        places = {link.address: place for place, link in self.links.items()} | {space.HUB_ADDRESS: "hub"}
        flows = [
            {"from": places.get(source, source), "to": places.get(target, target), "udp_bytes": size}
            for (source, target), size in self.flows.items()
        ]
        return {"at": now, "links": links, "flows": flows}


def _dotted(address: bytes) -> str:
    return ".".join(str(part) for part in address)


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Build, say so, run, take away."""
    lab, seed, *places = sys.argv[1:]
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)
    keeper = Keeper()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, keeper.end)
    try:
        keeper.build(lab, dict(place.split("=", 1) for place in places), int(seed))
        say({"ready": lab})
        keeper.run()
    except (RuntimeError, OSError, ValueError) as error:
        with contextlib.suppress(BrokenPipeError):
            say({"error": str(error)})
        return 1
    finally:
        space.remove(lab)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
