"""Takes the pictures in docs/screenshots: every screen at 360 and 1280 pixels, light and dark, of a demo school.

    make screenshots
    .venv/bin/python scripts/screenshots.py --only lobby_cost room_connection

With `--only` the walk is the same, but only these pictures are taken anew. Starts `farward demo` on temporary data,
walks through it with real browsers, and writes docs/screens.md beside them.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from farward.cli.rehearse.chromium import find_chromium, flags_for
from farward.cli.rehearse.faces import write_face
from farward.cli.rehearse.player import Player
from farward.cli.rehearse.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "screenshots"
ROLES = ("patient", "learner", "preceptor")
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
TALLEST = {"phone": 1400, "desk": 1100}

#: Pages behind a sign-in: name of the picture, what it shows, who opens it, address (`{e}`: the encounter that is on).
PAGES = (
    ("home_learner", "First page of a learner", "Amina Yusuf", "/"),
    ("home_preceptor", "First page of a preceptor", "Dr Kwame Osei", "/"),
    ("home_coordinator", "First page of a coordinator", "Kofi Mensah", "/"),
    ("week", "The week", "Kofi Mensah", "/week/"),
    ("book", "Booking a visit", "Kofi Mensah", "/e/new"),
    ("encounter", "One visit, its seats and links", "Kofi Mensah", "/e/{e}/"),
    ("people", "People", "Kofi Mensah", "/people/"),
    ("person_new", "A new account", "Kofi Mensah", "/people/new"),
    ("rotations", "Rotations", "Kofi Mensah", "/rotations/"),
    ("sites", "Sites", "Ada Okafor", "/sites/"),
    ("help_desk", "The help desk", "Tom Reed", "/help/"),
    ("integrity", "Whether the records are whole", "Grace Wanjiru", "/integrity/"),
    ("sessions", "Own sessions", "Amina Yusuf", "/accounts/sessions/"),
    ("second_factor", "Second factor", "Amina Yusuf", "/accounts/2fa/"),
    ("note_page", "The note outside the room", "Amina Yusuf", "/e/{e}/note/"),
    ("debrief", "The debrief page: who spoke when", "Dr Kwame Osei", "/e/{e}/debrief/"),
)  # fmt: skip


@dataclass
class Album:
    """Takes each screen four times and remembers what it shows; `at` is what stands at the top of the window."""

    only: frozenset[str] = frozenset()
    shown: list[tuple[str, str]] = field(default_factory=list)

    def take(self, page: Page, name: str, title: str, at: str = "") -> None:
        self.shown.append((name, title))
        if self.only and name not in self.only:
            return
        devtools = page.context.new_cdp_session(page)
        before = page.viewport_size
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate("() => scrollTo(0, 0)")
                if at:
                    page.locator(at).evaluate("node => node.scrollIntoView()")
                page.wait_for_timeout(400)
                top = int(page.evaluate("() => Math.round(scrollY)"))
                full = int(page.evaluate("() => document.documentElement.scrollHeight"))
                clip = {"x": 0, "y": top, "width": width, "height": min(max(full, height), TALLEST[size]), "scale": 1}
                if at or page.locator(".controls").count():
                    clip["height"] = height  # the bar at the foot belongs to the window, not to the page
                shot = devtools.send(
                    "Page.captureScreenshot",
                    {"format": "webp", "quality": 62, "captureBeyondViewport": clip["height"] > height, "clip": clip},
                )
                (PICTURES / f"{name}-{size}-{scheme}.webp").write_bytes(base64.b64decode(shot["data"]))
        page.emulate_media(color_scheme="light")
        if before:
            page.set_viewport_size(before)
        sys.stdout.write(f"{name}\n")

    def write_page(self) -> None:
        """docs/screens.md: every picture."""
        lines = [
            "# Every screen\n",
            "Of the demo school, at 360 and 1280 pixels, light and dark, made by `make screenshots`. "
            "Everyone in them is made up.\n",
        ]
        for name, title in self.shown:
            cells = [
                f'<img src="screenshots/{name}-{size}-{scheme}.webp" width="{150 if size == "phone" else 400}" '
                f'alt="{title}, {size}, {scheme}">'
                for size in SIZES
                for scheme in ("light", "dark")
            ]
            lines += [f"## {title}\n", "\n".join(cells) + "\n"]
        (ROOT / "docs" / "screens.md").write_text("\n".join(lines), "utf-8")


class DemoStage(Stage):
    """The rehearsal's stage with the demo school on it."""

    @property
    def printed(self) -> str:
        return (self.data_dir.parent / "server.log").read_text("utf-8")

    def start(self) -> None:
        with (self.data_dir.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "farward.cli", "demo", "--port", str(self.port), "--data", str(self.data_dir)],
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 180
        while "Serving" not in self.printed or not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(self.printed)
            time.sleep(0.2)

    def link(self, name: str, kind: str) -> str:
        """The first link of this kind that was printed for this person."""
        found = re.search(rf"{name} +(http://\S+/{kind}\S+)", self.printed)
        if not found:
            raise RuntimeError(f"no link for {name}:\n{self.printed}")
        return found[1]


def _sign_in_to(page: Page, link: str) -> None:
    """Take an account's seat by the demo's link for it."""
    page.goto(link)
    page.click("form button")
    page.wait_for_url("**/lobby")


@contextlib.contextmanager
def browsers(folder: Path) -> Iterator[Callable[[str], Browser]]:
    """`open(role)`: a browser with that role's voice and face."""
    with sync_playwright() as driver:

        def open_browser(role: str) -> Browser:
            voice = Path(str(files("farward.cli.rehearse") / "voices" / f"{role}.wav"))
            flags = flags_for(voice, write_face(role, folder / f"{role}.y4m"))
            return driver.chromium.launch(executable_path=str(find_chromium()), headless=True, args=flags)

        yield open_browser


NAMES = {"patient": "Elena Rivera", "learner": "Amina Yusuf", "preceptor": "Dr Kwame Osei"}


@dataclass
class Walk:
    """Once through everything, with one browser for pages and one more for each seat."""

    stage: DemoStage
    album: Album
    open_browser: Callable[[str], Browser]
    signed_in: dict[str, Page] = field(default_factory=dict)
    encounter: str = ""

    def __post_init__(self) -> None:
        self.browser = self.open_browser("learner")

    def page_of(self, name: str) -> Page:
        """A page signed in as this person; the demo's links work once."""
        if name not in self.signed_in:
            page = self.browser.new_context().new_page()
            page.goto(self.stage.link(name, "demo/"))
            page.click("form button")
            page.wait_for_url(f"{self.stage.url}/")
            self.signed_in[name] = page
        return self.signed_in[name]

    def open_pages(self) -> None:
        page = self.browser.new_context().new_page()
        for name, title, path in (
            ("sign_in", "Signing in", "/accounts/login/"),
            ("forgotten", "A forgotten password", "/accounts/password/reset/"),
            ("not_found", "A page that is not there", "/nothing/here"),
            ("dead_link", "A link that opens nothing", f"/j#{'0' * 32}.{'a' * 43}"),
        ):
            page.goto(self.stage.url + path)
            page.wait_for_timeout(800)
            self.album.take(page, name, title)
        page.goto(self.stage.link("Tom Reed", "demo/"))
        self.album.take(page, "demo_sign_in", "A sign-in link of the demo")

    def come_in(self) -> None:
        self.players = {role: Player(role, "", self.open_browser(role)) for role in ROLES}
        self.patient, self.learner, self.preceptor = (self.players[role] for role in ROLES)
        for role, player in self.players.items():
            if role == "patient":
                player.come_by_link(self.stage.link(NAMES[role], "j#"))
            else:
                _sign_in_to(player.page, self.stage.link(NAMES[role], "demo-seat/"))
        self.patient.page.wait_for_timeout(3000)
        self.album.take(self.patient.page, "lobby_patient", "Before joining: camera, microphone, speaker, connection")
        self.patient.page.click("#cost summary")
        self.album.take(self.patient.page, "lobby_cost", "Before joining: what the visit costs, and how to use less")
        for player in self.players.values():
            player.enter()
        self.encounter = str(self.learner.room()["encounter"]["id"])

    def until(self, phase: str, seconds: float = 3.0) -> None:
        for player in self.players.values():
            player.until(f"the phase is {phase}", lambda player=player: player.phase() == phase)  # type: ignore[misc]
        self.patient.page.wait_for_timeout(seconds * 1000)

    def huddle(self) -> None:
        self.until("huddle")
        self.album.take(self.learner.page, "room_huddle_learner", "Huddle: the learner and the preceptor plan")
        second = self.patient.browser.new_context().new_page()
        second.goto(self.stage.link(NAMES["patient"], "j#"))
        second.wait_for_url("**/waiting")
        self.album.take(second, "waiting", "A second device waits to be let in")
        self.album.take(self.preceptor.page, "room_admit", "The preceptor is asked about it")
        self.preceptor.page.click("#waiting .button.quiet")
        second.context.close()

    def interview(self) -> None:
        self.learner.move_to("check_in")
        self.until("check_in")
        self.learner.say("Good morning, Ms Rivera. We can begin when you are ready.", "room")
        self.album.take(self.patient.page, "room_check_in_patient", "Check-in: the patient's room")
        self.learner.move_to("interview")
        self.until("interview", 0)
        self.preceptor.page.click("[data-stance=listening]")
        self.learner.page.fill("#note-subjective", "Cough for two weeks, worse at night. No fever, no weight loss.")
        self.preceptor.say("Ask about night sweats.", "care")
        self.patient.page.wait_for_timeout(3000)
        for role, title in (
            ("patient", "the patient sees that the preceptor listens"),
            ("learner", "the learner"),
            ("preceptor", "the preceptor listens, and may whisper"),
        ):
            self.album.take(self.players[role].page, f"room_interview_{role}", f"Interview: {title}")

    def connection(self) -> None:
        """What stands behind the chip that says how one is connected."""
        page = self.patient.page
        page.click("#rung")
        page.wait_for_timeout(4000)
        self.album.take(
            page, "room_connection", "How one is connected, what it used, and what to use at most", "#connection-panel"
        )
        page.click("#connection-panel summary")
        page.evaluate("scrollTo(0, 0)")

    def recording(self) -> None:
        """Patient and learner record their own side for the debrief; each is asked once."""
        for player in (self.patient, self.learner):
            player.open_panel("#recording")
            player.page.click("#record")
            player.page.click("#confirm[open] button[value=yes]")
        self.learner.page.wait_for_timeout(4000)
        self.album.take(self.learner.page, "room_recording", "Recording: everyone sees who records themselves")
        self.album.take(self.learner.page, "room_record", "Recording: the own switch for it", "#recording")

    def still(self) -> None:
        """The learner asks for a sharp picture; the patient looks at it before it goes."""
        patient, learner = self.patient.page, self.learner.page
        learner.fill("#still-what", "The back of the throat")
        learner.click("[data-ask] button")
        asked = patient.locator(".notice", has_text="The back of the throat")
        asked.wait_for()
        self.album.take(patient, "still_asked", "The patient is asked for a sharp picture")
        asked.locator(".button").first.click()
        patient.locator("[data-preview][open]").wait_for()
        patient.wait_for_timeout(1500)
        self.album.take(patient, "still_preview", "A picture before it is sent: whether it is sharp, light and true")
        patient.click("[data-preview] button[value=keep]")
        learner.locator("[data-stills] a img").first.wait_for()

    def no_connection(self) -> None:
        """The learner's visits are kept on the device; then its line is cut."""
        page = self.page_of(NAMES["learner"])
        page.goto(f"{self.stage.url}/")
        page.click("#packs-keep")
        page.locator("#packs-forget:not([hidden])").wait_for()
        self.album.take(page, "packs", "Coming visits, kept on this device", "#packs")
        page.context.set_offline(True)
        page.goto(f"{self.stage.url}/")
        self.album.take(page, "no_connection", "Without a connection: the visits that are on this device")
        page.click("main section a >> nth=0")
        page.locator("#notices .notice").first.wait_for()
        page.fill("#text", "The cough began after the first rain.")
        page.press("#text", "Enter")
        page.locator(".state.local").first.wait_for()
        self.album.take(page, "room_no_connection", "The room without a connection")
        page.context.set_offline(False)

    def tower(self) -> None:
        """The preceptor has a second visit, where learner and patient have begun by themselves."""
        others = [self.browser.new_context(permissions=["camera", "microphone"]).new_page() for _each in range(2)]
        others[0].goto(self.stage.link("Joseph Otieno", "j#"))
        others[0].wait_for_url("**/lobby")
        _sign_in_to(others[1], self.stage.link("Daniel Mwangi", "demo-seat/"))
        for page in others:
            page.click("#without")
            page.wait_for_url(re.compile(r"/s/[0-9a-f-]{36}/$"))
        others[1].click("#hand")
        tower = self.page_of(NAMES["preceptor"])
        tower.goto(f"{self.stage.url}/tower/")
        tower.wait_for_timeout(3000)
        self.album.take(tower, "tower", "The preceptor's tower")
        tower.goto(f"{self.stage.url}/")
        for page in others:
            page.context.close()

    def hallway_and_together(self) -> None:
        self.learner.move_to("hallway")
        self.until("hallway")
        self.album.take(self.patient.page, "room_hallway_patient", "Hallway: the patient waits, told why and how long")
        self.album.take(self.preceptor.page, "room_hallway_preceptor", "Hallway: learner and preceptor by themselves")
        self.preceptor.move_to("together")
        self.until("together")
        self.album.take(self.patient.page, "room_together_patient", "Together: everyone")

    def end(self) -> None:
        learner, preceptor, patient = self.learner.page, self.preceptor.page, self.patient.page
        self.preceptor.move_to("wrap_up")
        self.until("wrap_up", 0)
        learner.fill(
            "#summary-draft", "Drink warm fluids, use the inhaler twice a day, and call us if you cough blood."
        )
        learner.click("#summary form button")
        patient.wait_for_timeout(2000)
        self.preceptor.move_to("debrief")
        self.until("debrief")
        learner.fill("#note-plan", "Peak flow diary for two weeks, then review.")
        learner.click("[data-submit]")
        preceptor.wait_for_selector("[data-signing]:not([hidden])")
        self.album.take(preceptor, "room_debrief_preceptor", "Debrief: the note waits for the preceptor's signature")
        preceptor.click("[data-cosign]")
        self.preceptor.move_to("closed")
        self.until("closed")
        seat = re.search(r"/s/[0-9a-f-]{36}/", patient.url)
        patient.goto(f"{self.stage.url}{seat[0] if seat else '/'}summary/")
        self.album.take(patient, "summary_patient", "The summary that the patient keeps")
        for player in self.players.values():
            player.browser.close()

    def pages(self) -> None:
        for name, title, person, path in PAGES:
            page = self.page_of(person)
            page.goto(self.stage.url + path.format(e=self.encounter))
            page.wait_for_timeout(500)
            self.album.take(page, name, title)


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures in docs/screenshots.")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="take only these anew")
    album = Album(frozenset(parser.parse_args().only))
    PICTURES.mkdir(parents=True, exist_ok=True)
    if not album.only:
        for old in PICTURES.glob("*.webp"):
            old.unlink()
    with tempfile.TemporaryDirectory(prefix="farward-screens-") as folder:
        stage = DemoStage(Path(folder) / "data")
        try:
            stage.start()
            with browsers(Path(folder)) as open_browser:
                walk = Walk(stage, album, open_browser)
                for part in (
                    walk.open_pages, walk.come_in, walk.huddle, walk.interview, walk.connection, walk.recording,
                    walk.still, walk.tower, walk.hallway_and_together, walk.end,
                    walk.pages, walk.no_connection,
                ):  # fmt: skip
                    part()
        finally:
            stage.kill()
    album.write_page()


if __name__ == "__main__":
    main()
