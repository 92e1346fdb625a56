"""How true the laboratory's links are on this machine: what was asked for beside what packets met.

    python -m farward.cli.netlab.accuracy 2g edge 3g

Round trips are those of small packets sent one after the other; the rate is what arrives of packets that are sent at
a third more than the link carries. Each ratio is of measured to asked; 1 is exact.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .lab import Laboratory, NoLaboratory
from .profiles import Profile, UnknownProfile, find

#: IP and UDP before each payload, and the payload: about what a packet of voice weighs.
HEADERS, PAYLOAD = 28, 200
PINGS, FLOOD_SECONDS = 20, 8.0
#: A link without a rate is flooded with so much, in kbit/s.
FAST = 2000.0

#: In the hub: gives back what is short, counts what is long, and tells the count when the input ends.
LISTENER = """
import os, socket, sys, threading, time
os.nice(-10)
inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inbox.bind(("0.0.0.0", int(sys.argv[1])))
taken = []
def listen():
    while True:
        data, sender = inbox.recvfrom(2048)
        if len(data) < 100:
            inbox.sendto(data, sender)
        else:
            taken.append((time.monotonic(), len(data)))
threading.Thread(target=listen, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
span = taken[-1][0] - taken[0][0] if len(taken) > 1 else 0
print(sum(size for _, size in taken[1:]) * 8 / 1000 / span if span else 0)
"""
#: At the seat: small packets one after the other, then a flood.
SENDER = """
import json, os, socket, sys, time
os.nice(-10)
target, pings, kbps, seconds, payload = sys.argv[1], *(float(word) for word in sys.argv[3:])
place = (target, int(sys.argv[2]))
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.settimeout(3)
trips = []
for number in range(int(pings)):
    began = time.monotonic()
    out.sendto(b"%08d" % number + bytes(56), place)
    try:
        while int(out.recv(2048)[:8]) != number:
            pass
        trips.append(time.monotonic() - began)
    except TimeoutError:
        pass
gap, began, sent = (payload + 28) * 8 / 1000 / kbps, time.monotonic(), 0
while time.monotonic() - began < seconds:
    out.sendto(bytes(int(payload)), place)
    sent += 1
    time.sleep(max(0, began + sent * gap - time.monotonic()))
print(json.dumps(trips))
"""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One link: asked and measured. Times in ms, rates in kbit/s of payload going up."""

    asked_rtt_ms: float
    rtt_ms: float
    rtt_ratio: float
    answered: int
    asked_kbps: float | None
    kbps: float
    rate_ratio: float | None


def measure_accuracy(names: Sequence[str], seconds: float = FLOOD_SECONDS) -> dict[str, Accuracy]:
    """Measure links by name, all at the same time, each from a place of its own to the hub.

    Raises:
        NoLaboratory: there can be no laboratory here.
        UnknownProfile: there is no link of that name.
    """
    places = {f"c{number}": name for number, name in enumerate(names, 1)}
    with Laboratory(places) as lab:
        running = {place: _begin(lab, place, find(name), seconds) for place, name in places.items()}
        return {places[place]: _end(find(places[place]), *pair) for place, pair in running.items()}


Process = subprocess.Popen[str]


def _begin(lab: Laboratory, place: str, profile: Profile, seconds: float) -> tuple[Process, Process]:
    port = str(9000 + int(place[1:]))
    listener = _run([*lab.inside("hub"), sys.executable, "-c", LISTENER, port])
    if listener.stdout is None or listener.stdout.readline() != "ready\n":
        raise NoLaboratory("The network laboratory failed: nothing can listen in its hub.")
    flood = (profile.at(0).up.kbps or FAST) * 4 / 3
    words = [lab.hub_address, port, PINGS, flood, seconds, PAYLOAD]
    return listener, _run([*lab.inside(place), sys.executable, "-c", SENDER, *map(str, words)])


def _run(words: Sequence[str]) -> Process:
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _end(profile: Profile, listener: Process, sender: Process) -> Accuracy:
    sent, _nothing = sender.communicate(timeout=180)
    # What still waits in the queue arrives, and is part of what the link carries.
    trips = [took * 1000 for took in json.loads(sent)]
    moment = profile.at(0)
    try:
        listener.wait(moment.up.queue + moment.up.delay + moment.up.jitter)
    except subprocess.TimeoutExpired:
        carried = float(listener.communicate(timeout=30)[0])
    else:
        raise NoLaboratory("The network laboratory failed: what listened in its hub has ended.")
    asked = (moment.up.delay + moment.down.delay + _on_air(moment.up.kbps) + _on_air(moment.down.kbps)) * 1000
    # The median: that a process had to wait for the processor now and then is no matter of the link.
    median = statistics.median(trips) if trips else 0.0
    share = PAYLOAD / (PAYLOAD + HEADERS) * (1 - moment.up.loss)
    ceiling = moment.up.kbps * share if moment.up.kbps else None
    return Accuracy(
        asked_rtt_ms=round(asked, 1),
        rtt_ms=round(median, 1),
        rtt_ratio=round(median / asked, 2),
        answered=len(trips),
        asked_kbps=round(ceiling, 1) if ceiling else None,
        kbps=round(carried, 1),
        rate_ratio=round(carried / ceiling, 2) if ceiling else None,
    )


def _on_air(kbps: float | None) -> float:
    return (64 + HEADERS) * 8 / 1000 / kbps if kbps else 0.0


def as_dicts(measured: dict[str, Accuracy]) -> dict[str, Any]:
    """Ready for JSON."""
    return {name: asdict(accuracy) for name, accuracy in measured.items()}


def main() -> int:
    """Print what was measured as a table; 0 also where there can be no laboratory."""
    try:
        measured = measure_accuracy(sys.argv[1:] or ["2g", "edge", "3g"])
    except NoLaboratory as error:
        print(f"Skipped. {error}")
        return 0
    except UnknownProfile as error:
        print(error)
        return 2
    print("| network | round trip asked, ms | measured | ratio | payload asked, kbit/s | measured | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, one in measured.items():
        cells = (one.asked_rtt_ms, one.rtt_ms, one.rtt_ratio, one.asked_kbps, one.kbps, one.rate_ratio)
        print(f"| {name} | {' | '.join('' if cell is None else f'{cell:g}' for cell in cells)} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
