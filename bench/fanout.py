"""How fast an entry reaches the other two seats, and what an idle seat costs, at 200 live encounters in one process.

    python -m bench.fanout             prints a table
    python -m bench.fanout --write     also writes docs/performance/fanout.json

One server process holds 600 seats over real sockets on loopback, each with its heartbeat. Now and then one seat of an
encounter writes a message; the time until each of the other two has it is taken. The baseline is a bare broadcast over
as many sockets at the same server process, without journal, keys or rules. The sides take turns, so that a slow moment
of the machine meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect

from tests.live.device import SeatKey, entry
from tests.live.processes import House, Process, keys_of

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "performance" / "fanout.json"
ENCOUNTERS = 200
ROUNDS = 6
ROUND_SECONDS = 8.0
BEAT_SECONDS = 2.0
#: Entries each second over all encounters: one encounter writes every ten seconds.
RATE = 20.0
MEDIAN_BOUND_MS = 30.0
MEMORY_BOUND_KIB = 100.0
MARK = re.compile(r"bench ([0-9a-f]+)")


@dataclass
class Wire:
    """One seat's socket and the moments at which texts arrived on it."""

    socket: ClientConnection
    arrived: dict[str, float] = field(default_factory=dict)

    async def hear(self, ready: asyncio.Event, kind: str) -> None:
        async for data in self.socket:
            text = str(data)
            now = time.perf_counter()
            # A burst comes as one page: there may be several.
            self.arrived |= dict.fromkeys(MARK.findall(text), now)
            if f'"t":"{kind}"' in text:
                ready.set()
        raise RuntimeError(f"the server closed a socket: {self.socket.close_code} {self.socket.close_reason}")

    async def beat(self) -> None:
        await asyncio.sleep(random.uniform(0, BEAT_SECONDS))
        while True:
            await self.socket.send('{"t":"beat","q":"good"}')
            await asyncio.sleep(BEAT_SECONDS)


def main() -> int:
    """Measure, print and perhaps write the figures; 1 if a bound is broken."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--write", action="store_true", help="write docs/performance/fanout.json")
    options.add_argument("--encounters", type=int, default=ENCOUNTERS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="farward-bench-") as data:
        house = House(Path(data), application="bench.fanout_server:application")
        try:
            house.run("prepare")
            visits = house.run("visits", str(chosen.encounters))
            figures = asyncio.run(_measure(house.start(), visits, chosen.rounds))
        finally:
            house.close()
    print(json.dumps(figures, indent=2))
    if chosen.write:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    within = figures["entry_ms"]["median"] < MEDIAN_BOUND_MS and figures["idle_seat_kib"] < MEMORY_BOUND_KIB
    return 0 if within else 1


async def _measure(process: Process, visits: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    keys = [list(keys_of(visit, process.url).values()) for visit in visits]
    # The first encounter makes the server import and cache what the first seat of a process costs.
    seats = [await _seat_all(keys[0])]
    before = _resident_kib(process.pid)
    seats += [await _seat_all(group) for group in keys[1:]]
    await asyncio.sleep(3)
    idle = (_resident_kib(process.pid) - before) / (3 * (len(visits) - 1))
    bare = [await _open_bare(process, number) for number in range(len(visits))]
    entries: list[float] = []
    broadcasts: list[float] = []
    busy = 0.0
    for _each in range(rounds):
        before_round = _cpu_seconds(process.pid)
        entries += await _write_for_a_while(seats)
        busy += _cpu_seconds(process.pid) - before_round
        broadcasts += await _write_for_a_while(bare)
    entry_ms, bare_ms = _spread(entries), _spread(broadcasts)
    return {
        "python": platform.python_version(),
        "encounters": len(visits),
        "seats": 3 * len(visits),
        "entries_per_second": RATE,
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "idle_seat_kib": round(idle, 1),
        "server_cpu_ms_per_entry": round(1000 * busy / (len(entries) / 2), 1),
        "entry_ms": entry_ms,
        "bare_broadcast_ms": bare_ms,
        "median_ratio": round(entry_ms["median"] / bare_ms["median"], 1),
    }


async def _seat_all(keys: list[SeatKey]) -> list[Wire]:
    return [await _seat(key) for key in keys]


async def _seat(key: SeatKey) -> Wire:
    address = key.path("live").replace("http", "ws", 1)
    hello = {"t": "hello", "v": 1, "instance": str(UUID(int=random.getrandbits(128))), "after": 0}
    return await _open(address, key, json.dumps(hello), "wiring")


async def _open_bare(process: Process, number: int) -> list[Wire]:
    key = SeatKey(UUID(int=0), "", process.url, UUID(int=0))
    address = f"{process.url.replace('http', 'ws', 1)}/bare/{number}"
    return [await _open(address, key, '{"t":"hello"}', "hello") for _each in range(3)]


async def _open(address: str, key: SeatKey, hello: str, answer: str) -> Wire:
    socket = await connect(
        address,
        additional_headers={"Cookie": f"seat={key.cookie}"},
        origin=key.url,  # type: ignore[arg-type]
        ping_interval=None,
        proxy=None,
        open_timeout=60,
    )
    wire, ready = Wire(socket), asyncio.Event()
    _keep(asyncio.create_task(wire.hear(ready, answer)))
    _keep(asyncio.create_task(wire.beat()))
    await socket.send(hello)
    async with asyncio.timeout(60):
        await ready.wait()
    return wire


async def _write_for_a_while(groups: list[list[Wire]]) -> list[float]:
    """One seat after the other writes; returns how long each text took to each of the others."""
    sent: list[tuple[str, float, list[Wire]]] = []
    end = time.perf_counter() + ROUND_SECONDS
    while time.perf_counter() < end:
        writer, *others = random.sample(random.choice(groups), 3)
        mark = f"{random.getrandbits(64):x}"
        sent.append((mark, time.perf_counter(), others))
        await writer.socket.send(_frame(mark))
        await asyncio.sleep(random.expovariate(RATE))
    async with asyncio.timeout(60):
        while not all(mark in wire.arrived for mark, _at, others in sent for wire in others):
            await asyncio.sleep(0.2)
            _raise_broken()
    return [wire.arrived.pop(mark) - at for mark, at, others in sent for wire in others]


def _frame(mark: str) -> str:
    return json.dumps({"t": "append", "n": 1, "entries": [entry(text=f"bench {mark}")]})


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(1000 * each for each in seconds)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "samples": len(ordered),
    }


def _resident_kib(pid: int) -> int:
    """Memory of the process that is its own: pages it shares with files on disk are not what a seat costs."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def _cpu_seconds(pid: int) -> float:
    """What the process has used of the processor, heartbeats of all seats included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_tasks: set[asyncio.Task[None]] = set()


def _keep(task: asyncio.Task[None]) -> None:
    _tasks.add(task)


def _raise_broken() -> None:
    for task in _tasks:
        if task.done():
            task.result()


if __name__ == "__main__":
    raise SystemExit(main())
