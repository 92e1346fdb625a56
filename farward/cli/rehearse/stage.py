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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from farward.cli.netlab.lab import Laboratory
from farward.cli.rehearse.chromium import LABORATORY_NAME
from farward.environment import SettingError

START_SECONDS = 90
FARWARD = (sys.executable, "-m", "farward.cli")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Stage:
    """One Farward on temporary data. `start`, `kill` and `start` again keep data and address.

    Attributes:
        address: where it listens.
        name: what browsers call that address. Only a name of this machine is a secure context without a certificate.
        inside: the words before a command that is to run where the server runs.
    """

    data_dir: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None
    address: str = "127.0.0.1"
    name: str = "127.0.0.1"
    inside: Sequence[str] = ()

    @property
    def url(self) -> str:
        return f"http://{self.name}:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The environment, with settings of the rehearsal's own: nothing of a real school is touched."""
        kept = ("FARWARD_ICE_URLS", "FARWARD_TURN_URLS", "FARWARD_TURN_SECRET", "FARWARD_FORCE_RELAY")
        clean = {name: value for name, value in os.environ.items() if name in kept or not _is_setting(name)}
        return clean | {"FARWARD_DATA_DIR": str(self.data_dir), "FARWARD_URL": self.url, "FARWARD_LOG_LEVEL": "WARNING"}

    @classmethod
    def in_laboratory(cls, data_dir: Path, lab: Laboratory) -> Stage:
        """A stage in the middle of a laboratory, under the name that `flags_in_laboratory` lets browsers find."""
        return cls(data_dir, address=lab.hub_address, name=LABORATORY_NAME, inside=lab.inside("hub"))

    def prepare(self) -> None:
        """Make the data directory.

        Raises:
            SettingError: a setting of the environment is wrong.
        """
        prepared = self.farward("init")
        if prepared.returncode:
            raise SettingError(prepared.stderr.strip().splitlines()[-1].removeprefix("farward: "))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.data_dir.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.inside, *FARWARD, "serve", "--host", self.address, "--port", str(self.port)],
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
        if self.inside:
            knock = f"import socket; socket.create_connection(({self.address!r}, {self.port}), 5).close()"
            asked = subprocess.run([*self.inside, sys.executable, "-c", knock], capture_output=True, check=False)
            return asked.returncode == 0
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
            [*FARWARD, *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _is_setting(name: str) -> bool:
    return name.startswith("FARWARD_") or name in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
