"""A visit in real browsers: everyone comes in as people do, staff by their account and the patient by the link."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page, expect

from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

STAFF = ("learner", "preceptor")

#: A picture stands in the tile and is not of one colour.
SEEN = """tile => {
  const video = tile.querySelector("video");
  if (!video.videoWidth || !video.checkVisibility()) return false;
  const pen = new OffscreenCanvas(16, 12).getContext("2d");
  pen.drawImage(video, 0, 0, 16, 12);
  return new Set(pen.getImageData(0, 0, 16, 12).data).size > 10;
}"""


@dataclass
class Visit:
    """One booked encounter and the pages of those who came."""

    server: Server
    make_page: MakePage
    booking: dict[str, Any]
    pages: dict[str, Page] = field(default_factory=dict)

    @classmethod
    def book(cls, server: Server, make_page: MakePage, kind: str = "simulated", **arguments: Any) -> Visit:
        return cls(server, make_page, server.book(kind=kind, **{"accounts": list(STAFF), **arguments}))

    def seat(self, role: str) -> str:
        seat: str = self.booking["seats"][role]
        return seat

    def open_lobby(self, role: str, page: Page) -> Page:
        """Go the way that this role goes, as far as the lobby."""
        if role in self.booking["links"]:
            page.goto(self.booking["links"][role])
        else:
            page.context.add_cookies([self.server.sign_in(ACCOUNTS[role])])  # type: ignore[list-item]
            page.goto(f"{self.server.url}/e/{self.booking['encounter']}/")
            page.click("form[action$='/enter'] button")
        page.wait_for_url("**/lobby")
        return page

    def join(self, role: str, page: Page | None = None, **options: Any) -> Page:
        """Come into the room with camera and microphone, and wait until connected and all parts are there."""
        page = self.open_lobby(role, page or self.make_page(**options))
        expect(page.locator("#verdict p")).to_contain_text("You are ready.")
        page.click("#join")
        wait_connected(page)
        expect(page.locator("main section[inert]")).to_have_count(0)
        self.pages[role] = page
        return page

    def join_all(self, *roles: str) -> tuple[Page, ...]:
        return tuple(self.join(role) for role in roles)

    def move(self, role: str, to: str) -> None:
        """Press a phase button, and wait until everyone's page knows."""
        self.pages[role].click(f"[data-move={to}]")
        for page in self.pages.values():
            eventually(lambda page=page: page.evaluate("farward.room().encounter.phase") == to)  # type: ignore[misc]

    def received(self, role: str, sender: str) -> dict[str, float]:
        """What this role's browser has received from another since the connection began; zeros without one."""
        levels = self.pages[role].evaluate("farward.levels()")
        nothing = {"audioEnergy": 0, "audioLevel": 0, "videoFrames": 0, "bytes": 0}
        found: dict[str, float] = levels.get(self.seat(sender), nothing)
        return found

    def hears(self, role: str, sender: str) -> bool:
        """Whether sound arrives now: energy grows within a second and a half."""
        before = self.received(role, sender)["audioEnergy"]
        self.pages[role].wait_for_timeout(1500)
        return self.received(role, sender)["audioEnergy"] > before + 0.001

    def sees(self, role: str, sender: str) -> bool:
        """Whether another is to be seen in the tile now: what a browser decodes it does not always show."""
        tile = self.pages[role].locator(f".tile[data-seat='{self.seat(sender)}']")
        return bool(tile.evaluate(SEEN))


def wait_connected(page: Page, status: str = "live") -> None:
    """Wait until the room says so. Not by Playwright's own waiting, which the page's policy against eval forbids."""

    def is_connected() -> bool:
        try:
            return bool(page.evaluate("window.farward?.status()") == status)
        except Error:
            return False  # still on its way to the room

    eventually(is_connected)


def eventually(check: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until `check` holds."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)


def write(page: Page, text: str, to: str | None = None) -> None:
    """Send a message, by default to whom the page proposes."""
    if to is not None:
        page.select_option("#compose [name=audience]", label=to)
    page.fill("#text", text)
    page.press("#text", "Enter")


def state_of(page: Page, text: str) -> str:
    """What an own message says of itself."""
    return page.locator(".entry.own", has_text=text).locator(".state").inner_text()
