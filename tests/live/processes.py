"""Servers in processes of their own, on one data directory: to be killed, or to stand side by side."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.live.device import SeatKey

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


def lasting_port() -> int:
    """A free port below those that the kernel gives to clients.

    While a server is down, a client that keeps connecting to a port from that range may be given the same one, connect
    to itself, and keep the server from coming back.
    """
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port between 20000 and 32000")


@dataclass
class Process:
    """One uvicorn. Start it again after a kill: it comes back on its port."""

    environ: dict[str, str]
    log: Path
    application: str = "farward.asgi:application"
    port: int = field(default_factory=lasting_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def start(self) -> None:
        """Start without waiting: see `wait_ready`."""
        command = [sys.executable, "-m", "uvicorn", self.application, "--port", str(self.port)]
        options = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2"]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen([*command, *options], env=self.environ, cwd=ROOT, stdout=log, stderr=log)

    def is_ready(self) -> bool:
        """Whether it takes connections. Raises RuntimeError if it has ended."""
        if self.running is None or self.running.poll() is not None:
            raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise RuntimeError("the server takes no connections")
            time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill, or stop in order with SIGTERM."""
        if self.running is not None:
            self.running.send_signal(how)
            self.running.wait(timeout=20)
            self.running = None


@dataclass
class House:
    """A data directory and the settings of all servers on it."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    application: str = "farward.asgi:application"
    processes: list[Process] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FARWARD_", "DATABASE_"))}
        return kept | {
            "FARWARD_DATA_DIR": str(self.data),
            "FARWARD_SECRET_KEY": "test-only-secret-key-of-more-than-fifty-characters-long",
            "FARWARD_MASTER_KEYS": "test:" + "A" * 43 + "=",
            "DJANGO_SETTINGS_MODULE": "farward.settings",
            **self.settings,
        }

    def run(self, *arguments: str) -> Any:
        """Run one command of `tests.live.seeds` on this data."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.live.seeds", *arguments],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return json.loads(done.stdout)

    def start(self) -> Process:
        """One more server on this data, ready for connections."""
        process = Process(self.environ, self.data / f"server-{len(self.processes)}.log", self.application)
        self.processes.append(process)
        process.start()
        process.wait_ready()
        return process

    def close(self) -> None:
        for process in self.processes:
            process.end()


def keys_of(visit: dict[str, Any], url: str) -> dict[str, SeatKey]:
    """The seats of a visit made by `seeds`, as keys to a server."""
    return {
        role: SeatKey(UUID(seat["seat"]), seat["cookie"], url, UUID(seat["device"]))
        for role, seat in visit["seats"].items()
    }
