"""One person of the rehearsal: a browser of its own, and what that person does and sees in it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from farward.cli.rehearse.school import EMAILS, PASSWORD, Booked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

PATIENCE_MS = 40_000

#: The patient holds a phone; the two others sit at a desk.
SCREENS = {"patient": (412, 860), "learner": (1280, 860), "preceptor": (1280, 860)}


class Stuck(RuntimeError):
    """A screen did not come to show what the play needs."""


@dataclass
class Player:
    """A person with a browser. `received` is all that came in over this browser's live channel."""

    role: str
    seat: str
    browser: Browser
    #: How long a screen may take to show what it should; longer on a slow network.
    patience: float = PATIENCE_MS / 1000
    received: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        width, height = SCREENS[self.role]
        self.context = self.browser.new_context(
            viewport={"width": width, "height": height}, permissions=["camera", "microphone"], reduced_motion="reduce"
        )
        self.context.set_default_timeout(self.patience * 1000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._listen_in)

    def _listen_in(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.received.append(str(payload)))

    # --- coming in ---------------------------------------------------------------------------------------------------

    def come_by_link(self, link: str) -> None:
        """Open the link and wait in the lobby."""
        self.page.goto(link)
        self.page.wait_for_url("**/lobby")

    def come_by_account(self, origin: str, booked: Booked) -> None:
        """Sign in on the sign-in page and take the own seat."""
        self.page.goto(f"{origin}/accounts/login/")
        self.page.fill("input[name=login]", EMAILS[self.role])
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        self.page.goto(f"{origin}/e/{booked.encounter}/")
        self.page.click(f"form[action$='/e/{booked.encounter}/enter'] button")
        self.page.wait_for_url("**/lobby")

    def enter(self) -> None:
        """Let the lobby check the devices, then join; the room is ready when its measuring hook is there."""
        level = "() => document.querySelector('#level').value > 0"
        self.until("the microphone is heard", lambda: bool(self.page.evaluate(level)))
        self.lobby_picture = self.picture()
        self.page.click("#join")
        self.until("the room is live", self.is_connected)

    # --- looking -----------------------------------------------------------------------------------------------------

    def room(self) -> dict[str, Any]:
        """The newest state of the room on this screen."""
        state: dict[str, Any] = self.page.evaluate("() => farward.room()")
        return state

    def phase(self) -> str:
        return str(self.room()["encounter"]["phase"])

    def status(self) -> str:
        return str(self.page.evaluate("() => farward.status()"))

    def is_connected(self) -> bool:
        """Whether the server is within reach, by socket or by polling."""
        return self.status() in {"live", "polling"}

    def levels(self, roles: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """What this browser received so far from each other seat, by role."""
        by_seat: dict[str, dict[str, float]] = self.page.evaluate("() => farward.levels()")
        return {roles[seat]: counters for seat, counters in by_seat.items() if seat in roles}

    def rung(self) -> tuple[str, str]:
        """How this device is connected, as a rung of the ladder, and why."""
        now = self.page.evaluate("() => { const now = farward.ladder(); return [now.rung, now.reason]; }")
        return str(now[0]), str(now[1])

    def look_up(self) -> None:
        """Turn back to the stage at the top of the page: a picture that is on no screen is not sent."""
        self.page.evaluate("() => scrollTo(0, 0)")

    def picture(self, *, whole: bool = False) -> bytes:
        """The top of the page as it is now, or all of it, as a JPEG."""
        self.look_up()
        return self.page.screenshot(type="jpeg", quality=62, animations="disabled", full_page=whole)

    def shows(self, selector: str, text: str = "") -> bool:
        """Whether this is on the screen for the eye to see."""
        found = self.page.locator(selector)
        return found.filter(has_text=text).first.is_visible() if text else found.first.is_visible()

    def until(self, what: str, holds: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait for something to become so. Raises Stuck, which says what did not."""
        deadline = time.monotonic() + (self.patience if seconds is None else seconds)
        while time.monotonic() < deadline:
            with contextlib.suppress(Exception):
                if holds():
                    return
            self.page.wait_for_timeout(100)
        raise Stuck(f"the {self.role}'s screen never showed that {what}")

    # --- faults ------------------------------------------------------------------------------------------------------

    def cut_line(self) -> None:
        """Nothing reaches the server any more. What flows between browsers is not the server's and goes on."""
        self.context.set_offline(True)

    def mend_line(self) -> None:
        """The server is within reach again."""
        self.context.set_offline(False)

    # --- doing -------------------------------------------------------------------------------------------------------

    def move_to(self, phase: str) -> None:
        """Press the button that moves the visit on, and confirm where the room asks."""
        self.page.click(f"[data-move='{phase}']:not([aria-disabled='true'])")
        confirm = self.page.locator("#confirm[open] button[value=yes]")
        with contextlib.suppress(Exception):
            confirm.click(timeout=1_500)

    def say(self, text: str, audience: str | None = None) -> None:
        """Write a message to an audience token, or to whomever the screen proposes."""
        if audience is not None:
            self.page.select_option("#compose [name=audience]", audience)
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")

    def agree_to(self, purpose: str) -> None:
        """Press the patient's own “I agree” for one purpose."""
        button = self.page.locator(f"[data-consent='{purpose}:given']")
        if not button.is_visible():
            self.open_panel("#consents")
            self.page.click(f"summary[data-key='{purpose}']")
        button.click()

    def open_panel(self, selector: str) -> None:
        """Unfold one of the panels below the stage."""
        if self.page.locator(selector).get_attribute("open") is None:
            self.page.click(f"{selector} > summary")

    @contextlib.contextmanager
    def whispering(self) -> Iterator[None]:
        """Hold the whisper button down."""
        button = self.page.locator("#whisper")
        button.scroll_into_view_if_needed()
        button.hover()
        self.page.mouse.down()
        try:
            yield
        finally:
            self.page.mouse.up()
