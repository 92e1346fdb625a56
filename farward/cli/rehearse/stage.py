"""Where the rehearsal is played: a school in a temporary directory, and a server that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 90


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Stage:
    """One Farward on temporary data. `start`, `kill` and `start` again keep data and address."""

    data_dir: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The environment, with settings of the rehearsal's own: nothing of a real school is touched."""
        kept = ("FARWARD_ICE_URLS", "FARWARD_TURN_URLS", "FARWARD_TURN_SECRET", "FARWARD_FORCE_RELAY")
        clean = {name: value for name, value in os.environ.items() if name in kept or not _is_setting(name)}
        return clean | {"FARWARD_DATA_DIR": str(self.data_dir), "FARWARD_URL": self.url, "FARWARD_LOG_LEVEL": "WARNING"}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.data_dir.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "farward.cli", "serve", "--port", str(self.port)],
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.1)
        log_text = (self.data_dir.parent / "server.log").read_text("utf-8", errors="replace")
        raise RuntimeError(f"The rehearsal's server did not start:\n{log_text[-2000:]}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5):  # noqa: S310 - always our own http
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def farward(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `farward` command on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "farward.cli", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _is_setting(name: str) -> bool:
    return name.startswith("FARWARD_") or name in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
