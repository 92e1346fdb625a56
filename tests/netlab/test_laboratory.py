"""The laboratory for real: packets through namespaces, and nothing left of it afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from farward.cli.netlab import space
from farward.cli.netlab.accuracy import measure_accuracy
from farward.cli.netlab.lab import Laboratory, NoLaboratory
from farward.cli.netlab.profiles import UnknownProfile

REASON = space.why_not()
needs_laboratory = pytest.mark.skipif(bool(REASON), reason=REASON or "there is a laboratory")

ECHO = """
import socket
echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
echo.bind(("0.0.0.0", 7007))
print("ready", flush=True)
while True:
    data, sender = echo.recvfrom(2048)
    echo.sendto(data, sender)
"""
PING = """
import socket, sys, time
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
probe.settimeout(3)
for number in range(int(sys.argv[2])):
    began = time.monotonic()
    probe.sendto(bytes(64), (sys.argv[1], 7007))
    try:
        probe.recv(2048)
        print(time.monotonic() - began)
    except TimeoutError:
        print("lost")
"""


def spaces() -> str:
    return subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout


def ping(lab: Laboratory, source: str, target: str, count: int) -> list[str]:
    """Round trips in seconds, or `lost`."""
    done = subprocess.run(
        [*lab.inside(source), sys.executable, "-c", PING, target, str(count)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@needs_laboratory
def test_packets_pass_at_the_speed_of_the_link_and_nothing_is_left() -> None:
    with Laboratory({"patient": "2g", "learner": "lan"}) as lab:
        echo = subprocess.Popen([*lab.inside("learner"), sys.executable, "-c", ECHO], stdout=subprocess.PIPE)
        try:
            assert echo.stdout is not None
            assert echo.stdout.readline() == b"ready\n"
            times = [float(took) for took in ping(lab, "patient", lab.address("learner"), 6) if took != "lost"]
            # 600 ms and the time of the packets on the air; the jitter is a tenth of it.
            assert 0.5 <= statistics.median(times) <= 0.9
            lab.change("patient", "lan")
            assert ping(lab, "patient", lab.address("learner"), 3).count("lost") == 0
            lab.cut("patient", 60)
            assert ping(lab, "patient", lab.address("learner"), 1) == ["lost"]
            stats = lab.stats()
        finally:
            echo.kill()
            echo.communicate()
        assert stats["links"]["patient"]["up"]["cut"] == 1
        assert not stats["links"]["patient"]["is_up"]
        assert {(flow["from"], flow["to"]) for flow in stats["flows"]} == {
            ("patient", "learner"),
            ("learner", "patient"),
        }
        with pytest.raises(UnknownProfile):
            lab.change("patient", "5g")
        assert lab.name in spaces()
    assert lab.name not in spaces()


@needs_laboratory
def test_two_laboratories_stand_beside_each_other() -> None:
    with Laboratory({"patient": "lan"}) as one, Laboratory({"patient": "edge"}) as other:
        assert one.stats()["links"]["patient"]["profile"] == "lan"
        assert other.stats()["links"]["patient"]["profile"] == "edge"
        assert one.name != other.name


@needs_laboratory
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_an_owner_that_dies_leaves_nothing(how: signal.Signals) -> None:
    code = (
        "import time; from farward.cli.netlab.lab import Laboratory; lab = Laboratory({'patient': 'lan'})\n"
        "with lab: print(lab.name, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    name = owner.stdout.readline().strip()
    assert name in spaces()
    os.kill(owner.pid, how)
    owner.communicate()
    deadline = time.monotonic() + 15
    while name in spaces() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert name not in spaces()


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NoLaboratory, match="needs root"), Laboratory({"patient": "lan"}):
        pass


def test_without_a_device_for_tunnels_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(space, "TUN", tmp_path / "tun")
    monkeypatch.setattr(shutil, "which", lambda name: f"/sbin/{name}")
    assert "cannot be opened here" in space.why_not()


@needs_laboratory
def test_links_are_as_slow_and_as_narrow_as_was_asked_for() -> None:
    edge = measure_accuracy(["edge"], seconds=3.0)["edge"]
    # Never quicker than asked, but for the jitter; a busy machine may be slower, not wider.
    assert edge.rtt_ratio >= 0.85
    assert edge.rate_ratio is not None
    assert 0.85 <= edge.rate_ratio <= 1.1
