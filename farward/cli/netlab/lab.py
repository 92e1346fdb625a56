"""A laboratory to use: `with Laboratory({"patient": "2g", "learner": "lan"}) as lab: …`."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import space
from .profiles import find

ROOT = Path(__file__).resolve().parents[3]
END_SECONDS = 15


class NoLaboratory(RuntimeError):
    """There can be no laboratory here; the message says why, as a sentence."""


@dataclass
class Laboratory:
    """A hub, and around it one namespace for each place, at the end of a link of its own.

    Everything is made on entering and removed on leaving, also if this process is killed.
    """

    places: Mapping[str, str]
    seed: int = 1
    name: str = field(default_factory=lambda: f"fw{secrets.token_hex(3)}")
    _keeper: subprocess.Popen[str] | None = None

    #: Where servers listen: every place reaches the hub by this address.
    hub_address = space.HUB_ADDRESS

    def __enter__(self) -> Laboratory:
        reason = space.why_not()
        if reason:
            raise NoLaboratory(reason)
        for profile in self.places.values():
            find(profile)
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "farward.cli.netlab.keeper", self.name, str(self.seed)]
            + [f"{place}={profile}" for place, profile in self.places.items()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            # Ctrl-C is for the owner, who then ends the laboratory in order.
            start_new_session=True,
        )
        self._answer()
        return self

    def __exit__(self, *_error: object) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None or keeper.stdin is None:
            return
        keeper.stdin.close()
        try:
            keeper.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
            space.remove(self.name)
        if keeper.stdout is not None:
            keeper.stdout.close()

    # --- live control ------------------------------------------------------------------------------------------------

    def change(self, place: str, profile: str) -> None:
        """Give a place another link, from now on."""
        find(profile)
        self._order(do="profile", place=place, profile=profile)

    def cut(self, place: str, seconds: float) -> None:
        """Let nothing pass on a place's link for so long."""
        self._order(do="cut", place=place, seconds=seconds)

    def stats(self) -> dict[str, Any]:
        """Counters since the beginning: `links` by place, and `flows` of UDP as offered by each place to each other."""
        return self._order(do="stats")

    # --- running things in it ----------------------------------------------------------------------------------------

    def inside(self, place: str) -> list[str]:
        """The words before a command that is to run in this place, or in `hub`."""
        return ["ip", "netns", "exec", space.space_of(self.name, place)]

    def wrap(self, place: str, program: Path, folder: Path) -> Path:
        """A script that runs a program in this place, for those who take nothing but a path."""
        script = folder / f"{program.name}-{place}"
        script.write_text(f'#!/bin/sh\nexec {shlex.join([*self.inside(place), str(program)])} "$@"\n', "utf-8")
        script.chmod(0o755)
        return script

    def clear(self, place: str) -> None:
        """End every process in this place, at once: for one that does not answer any more."""
        space.clear(space.space_of(self.name, place))

    def address(self, place: str) -> str:
        """The address of a place."""
        return space.address_of(1 + list(self.places).index(place))

    def place_of(self, address: str) -> str:
        """Whose address this is; empty if nobody's."""
        return next((place for place in self.places if self.address(place) == address), "")

    def _order(self, **order: Any) -> dict[str, Any]:
        if self._keeper is None or self._keeper.stdin is None:
            raise NoLaboratory("The laboratory is not open.")
        self._keeper.stdin.write(json.dumps(order) + "\n")
        self._keeper.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        if self._keeper is None or self._keeper.stdout is None:
            raise NoLaboratory("The laboratory is not open.")
        line = self._keeper.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the keeper of the laboratory has ended"}
        if "error" in answer:
            raise NoLaboratory(f"The network laboratory failed: {answer['error']}")
        return answer
