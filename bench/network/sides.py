"""The two sides of the comparison: Farward's own pages, and a page that opens plain default connections."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from playwright.sync_api import Error

from farward.cli.netlab.lab import Laboratory
from farward.cli.netlab.listen import HEARD, heard, listen_in
from farward.cli.rehearse.player import Player

from .rows import LEARNER, PATIENT, THREE, Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

#: Everyone's machine plays into everyone's microphone here: an echo canceller would take the voices for echoes.
PLAIN_MICROPHONE = """
(() => {
  const open = navigator.mediaDevices?.getUserMedia?.bind(navigator.mediaDevices);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (!open) return;
  navigator.mediaDevices.getUserMedia = (wishes) =>
    open({ ...wishes, audio: wishes?.audio ? { ...(wishes.audio === true ? {} : wishes.audio), ...plain } : false });
})();
"""
#: As if the person had chosen a rung in an earlier visit: choices are kept on the device.
PINNED = 'localStorage.setItem("farward.connection", %s)'
RUNG = """() => {
  const now = globalThis.farward?.ladder?.();
  if (!now) return null;
  const seats = Object.fromEntries(Object.entries(now.seats).map(([seat, plan]) => [seat, plan.rung]));
  return { rung: now.rung, reason: now.reason, seats };
}"""
BASELINE_URL = "https://plain.localhost/"
PATIENCE_MS = 90_000
JOIN_SECONDS = 90


class Side(Protocol):
    """What is measured: pages by place, opened for a row and closed after it."""

    pages: dict[str, Page]

    def open(self, row: Row) -> None: ...
    def join(self, row: Row) -> dict[str, Any]: ...
    def write(self, text: str) -> None: ...
    def missing(self, texts: list[str]) -> int | None: ...
    def rungs(self) -> dict[str, Any]: ...
    def close(self) -> None: ...


def prepare(context: BrowserContext) -> None:
    """Put what measures into every page of this context."""
    context.add_init_script(PLAIN_MICROPHONE)
    listen_in(context)


@dataclass
class FarwardSide:
    """The real product: links, lobby, room, ladder."""

    lab: Laboratory
    browsers: Mapping[str, Browser]
    book: Callable[[Sequence[str]], Mapping[str, Any]]
    pages: dict[str, Page] = field(default_factory=dict)
    players: dict[str, Player] = field(default_factory=dict)
    _booked: Mapping[str, Any] = field(default_factory=dict)

    def open(self, row: Row) -> None:
        """Everyone comes in over a good line, goes to where all of them hear each other, and then meets the bad one."""
        self._booked = self.book(THREE)
        for place in row.places:
            self._enter(place, row.pin)
        self._move_on(row)
        for place, profile in row.links().items():
            self.lab.change(place, profile)

    def join(self, row: Row) -> dict[str, Any]:
        """From the patient's link on a bad line, nothing cached, to the learner's first word; clicks take no time.

        The steps on the way are told in seconds from the beginning, in `join_steps`.
        """
        self._booked = self.book(THREE)
        self._enter(LEARNER)
        self.players[LEARNER].move_to("check_in")
        self.lab.change(PATIENT, row.profile)
        player = self._player(PATIENT)
        began = time.time()
        steps: dict[str, float] = {}

        def step(name: str) -> None:
            steps[name] = round(time.time() - began, 1)

        player.page.goto(self._booked["links"][PATIENT], wait_until="commit")
        player.page.wait_for_url("**/lobby", wait_until="commit")
        step("lobby")
        player.page.click("#join:not([disabled])")
        step("joined")
        with contextlib.suppress(Error):
            player.page.wait_for_function("() => globalThis.farward?.status() === 'live'", timeout=JOIN_SECONDS * 1000)
            step("live")
        return {"join_s": first_word(player.page, began), "join_steps": steps}

    def write(self, text: str) -> None:
        """The patient writes while the line may be down."""
        self.players[PATIENT].say(text)

    def missing(self, texts: list[str]) -> int | None:
        """How many of these the learner cannot read, given some time."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            shown = self.pages[LEARNER].inner_text("#thread")
            left = [text for text in texts if text not in shown]
            if not left:
                return 0
            self.pages[LEARNER].wait_for_timeout(300)
        return len(left)

    def rungs(self) -> dict[str, Any]:
        """The rung of each seat now with its reason, and what it sends `to` each other place."""
        places = {seat: place for place, seat in self._booked["seats"].items()}
        found = {}
        for place, page in self.pages.items():
            now = page.evaluate(RUNG)
            if now:
                now["to"] = {places[seat]: rung for seat, rung in now.pop("seats").items() if seat in places}
                found[place] = now
        return found

    def close(self) -> None:
        for player in self.players.values():
            with contextlib.suppress(Exception):
                player.context.close()
        self.pages, self.players = {}, {}
        for place in self.lab.places:
            self.lab.change(place, "lan")

    def _player(self, place: str, pin: str = "") -> Player:
        player = Player(place, self._booked["seats"][place], self.browsers[place])
        player.context.set_default_timeout(PATIENCE_MS)
        prepare(player.context)
        if pin:
            player.context.add_init_script(PINNED % json.dumps(json.dumps({"pin": pin})))
        self.players[place], self.pages[place] = player, player.page
        return player

    def _enter(self, place: str, pin: str = "") -> None:
        player = self._player(place, pin)
        link = self._booked["links"][place]
        if session := self._booked["sessions"].get(place):
            player.context.add_cookies([{"name": "sessionid", "value": session, "url": link.partition("/j#")[0]}])
        player.come_by_link(link)
        player.enter()

    def _move_on(self, row: Row) -> None:
        learner = self.players[LEARNER]
        for phase in ("check_in",) if len(row.places) == 2 else ("check_in", "interview", "together"):
            learner.move_to(phase)
            learner.until(f"the phase is {phase}", lambda phase=phase: learner.phase() == phase)  # type: ignore[misc]


@dataclass
class PlainSide:
    """A page that opens an `RTCPeerConnection` and changes nothing. Its signalling is ours, and instantaneous."""

    lab: Laboratory
    browsers: Mapping[str, Browser]
    pages: dict[str, Page] = field(default_factory=dict)

    def open(self, row: Row) -> None:
        for place in row.places:
            self._page(place, row.picture)
        self._connect(row)
        for place, profile in row.links().items():
            self.lab.change(place, profile)

    def join(self, row: Row) -> dict[str, Any]:
        """From opening the page, which weighs nothing here, to the learner's first word."""
        self._page(LEARNER, picture=False)
        self.lab.change(PATIENT, row.profile)
        began = time.time()
        self._page(PATIENT, picture=False)
        self._connect(row)
        return {"join_s": first_word(self.pages[PATIENT], began)}

    def write(self, text: str) -> None:
        """A plain call has no journal."""

    def missing(self, texts: list[str]) -> int | None:
        return None

    def rungs(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        for page in self.pages.values():
            with contextlib.suppress(Exception):
                page.context.close()
        self.pages = {}
        for place in self.lab.places:
            self.lab.change(place, "lan")

    def _page(self, place: str, picture: bool) -> None:
        context = self.browsers[place].new_context(permissions=["camera", "microphone"])
        context.set_default_timeout(PATIENCE_MS)
        prepare(context)
        page = context.new_page()
        body = (Path(__file__).parent / "baseline.html").read_text("utf-8")
        page.route(f"{BASELINE_URL}**", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(BASELINE_URL)
        page.evaluate("(video) => begin(video)", picture)
        self.pages[place] = page

    def _connect(self, row: Row) -> None:
        for one, other in combinations(row.places, 2):
            description = self.pages[one].evaluate("(name) => offer(name)", other)
            answered = self.pages[other].evaluate("(call) => answer(call)", {"name": one, "description": description})
            self.pages[one].evaluate("(call) => accept(call)", {"name": other, "description": answered})


def first_word(page: Page, began: float) -> float | None:
    """Seconds until a voice was heard on this page; None if there was none within patience."""
    deadline = time.monotonic() + JOIN_SECONDS
    while time.monotonic() < deadline:
        page.wait_for_timeout(500)
        # Between two pages there is nobody to ask.
        with contextlib.suppress(Error):
            for recording in heard(page):
                for at, level in recording.loudness():
                    if level >= HEARD:
                        return round(at - began, 1)
    return None
