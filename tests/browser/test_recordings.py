"""Recordings in real browsers: made on several devices, uploaded whatever happens, played together in the debrief."""

from __future__ import annotations

import hashlib
import statistics
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.rooms import Visit, eventually, wait_connected, write
from tests.browser.test_accessibility import check, check_narrow
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
DEVICES = (HERE / "recording_devices.js").read_text()
LOOKS = (HERE / "recordings.js").read_text()
UPLOADED = "The recording is uploaded."


def look(page: Page, name: str, *arguments: Any) -> Any:
    """Call one of the functions in `recordings.js`."""
    return page.evaluate(f"arguments => {LOOKS}.{name}(...arguments)", list(arguments))


def press_record(page: Page) -> None:
    if page.locator("#recording[open]").count() == 0:
        page.locator("#recording summary").click()
    page.locator("#record").click()
    page.locator("#confirm [value=yes]").click()
    expect(page.locator("#record")).to_have_attribute("aria-pressed", "true")


def interview(visit: Visit, mover: str = "learner") -> None:
    """Everyone in the interview, each with a recording panel that is ready."""
    visit.move(mover, "check_in")
    visit.move(mover, "interview")
    for page in visit.pages.values():
        expect(page.locator("#recording")).to_be_visible()


def test_recordings_of_devices_with_wrong_clocks_are_aligned_in_the_debrief(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    for role, skew in (("patient", 37_000), ("preceptor", -240_000)):
        device = make_page()
        device.add_init_script(f"({DEVICES})({skew})")
        visit.join(role, device)
    patient, preceptor = visit.pages["patient"], visit.pages["preceptor"]
    interview(visit, "preceptor")
    press_record(patient)
    expect(preceptor.locator("#recording-sign")).to_contain_text("Elena Rivera")
    press_record(preceptor)
    preceptor.locator("#mark-panel summary").click()
    preceptor.locator("#mark-form button").click()
    preceptor.wait_for_timeout(5500)  # as long as a recording is, which is what this test is about
    visit.move("preceptor", "hallway")  # there the patient's device stops by itself
    preceptor.locator("#record").click()
    for page in (preceptor, patient):
        expect(page.locator("#recording-state")).to_have_text(UPLOADED)
    expect(preceptor.locator("#recording-sign")).to_be_hidden()
    page = make_page(cookies=[farward_server.sign_in(ACCOUNTS["learner"])])
    page.goto(f"{farward_server.url}/e/{visit.booking['encounter']}/debrief/")
    players = page.locator("#replay video")
    expect(players).to_have_count(3)
    expect(page.locator("#replay video:visible")).to_have_count(2)
    for player in page.locator("#replay video:not([data-apart])").element_handles():
        assert int(player.get_attribute("data-within") or "") < 100
        beeps, flashes = look(page, "beeps", player), look(page, "flashes", player)
        assert len(beeps) >= 2
        assert abs(statistics.median(beeps)) < 100, (beeps, flashes)
        # A busy machine may show a flash late, and none of them early.
        assert min(map(abs, flashes)) < 100, (beeps, flashes)
    play_together(page)
    check(page)
    check_narrow(page)


def play_together(page: Page) -> None:
    """Jump to the mark and play on: both stand at the same moment of true time."""
    places = "all => all.map(v => Number(v.dataset.started) + v.currentTime * 1000)"
    videos = "#replay video:not([data-apart])"
    page.locator("[data-mark]").click()
    eventually(lambda: all(page.eval_on_selector_all(videos, "all => all.map(v => v.currentTime > 0 && !v.seeking)")))
    first, second = page.eval_on_selector_all(videos, places)
    assert abs(first - second) < 100
    begun = page.evaluate("document.querySelector('#replay output').textContent")
    page.locator("[data-play]").click()
    eventually(lambda: page.evaluate("document.querySelector('#replay output').textContent") not in {begun, "0:00"})
    page.locator("[data-play]").click()
    first, second = page.eval_on_selector_all(videos, places)
    assert abs(first - second) < 200


class Line:
    """The way of uploads to the server, on which requests are cut before they arrive or before they are answered."""

    def __init__(self, page: Page) -> None:
        self.fates: list[str] = []
        self.after = "closed"
        self.met: list[str] = []
        self.page = page
        page.route("**/uploads/**", self.handle)

    def met_now(self) -> list[str]:
        """What happened so far. Requests are handled only while something is asked of the browser."""
        self.page.evaluate("true")
        return self.met

    def handle(self, route: Route) -> None:
        fate = self.fates.pop(0) if self.fates else self.after
        self.met.append(f"{route.request.method} {fate}")
        if fate == "ok":
            route.continue_()
            return
        if fate == "answer lost":
            route.fetch()
        route.abort()


def test_a_recording_survives_its_page_and_a_line_that_is_cut_again_and_again(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    _patient, learner = visit.join_all("patient", "learner")
    interview(visit)
    visit.move("learner", "hallway")  # nobody else on the line, so that uploads need not wait
    press_record(learner)
    eventually(lambda: any(one["ms"] > 3000 for one in look(learner, "kept", visit.seat("learner"))))
    [before] = look(learner, "kept", visit.seat("learner"))
    learner.goto("about:blank")  # as a browser that is killed: nothing of the page runs on
    visit.pages.pop("learner")
    line = Line(learner)
    come_back(visit, learner)
    expect(learner.locator("#recording-state")).to_contain_text("upload")
    [kept] = look(learner, "kept", visit.seat("learner"))
    assert kept["ms"] >= before["ms"]
    line.fates = ["ok", "answer lost", "cut"]
    eventually(lambda: line.met_now()[-1] == "HEAD closed")
    assert {"POST ok", "PATCH answer lost", "HEAD cut"} <= set(line.met)
    learner.goto("about:blank")
    line.fates, line.after = ["ok", "cut", "ok", "answer lost"], "ok"
    come_back(visit, learner)
    expect(learner.locator("#recording-state")).to_have_text(UPLOADED)
    address = f"/e/{visit.booking['encounter']}/recordings/"
    page = make_page(cookies=[farward_server.sign_in(ACCOUNTS["preceptor"])])
    page.goto(f"{farward_server.url}/e/{visit.booking['encounter']}/debrief/")
    found = page.locator("#replay video").get_attribute("src") or ""
    assert found.startswith(address)
    whole = page.request.get(farward_server.url + found).body()
    assert hashlib.sha256(whole).hexdigest() == kept["sha256"]
    eventually(lambda: look(learner, "kept", visit.seat("learner")) == [])


def come_back(visit: Visit, page: Page) -> None:
    page.goto(f"{visit.server.url}/s/{visit.seat('learner')}/")
    wait_connected(page)
    expect(page.locator("#recording")).to_be_visible()
    page.locator("#recording summary").click()


def see_both(page: Page) -> None:
    """Both of them record, in whatever order they began."""
    for name in ("Elena Rivera", "Amina Yusuf"):
        expect(page.locator("#recording-sign")).to_contain_text(name)


def test_a_patient_who_waits_is_not_recorded_and_a_full_device_ends_nothing_else(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner = visit.join_all("patient", "learner")
    interview(visit)
    press_record(patient)
    press_record(learner)
    see_both(patient)
    check(learner)
    visit.move("learner", "hallway")
    expect(patient.locator("#recording-held")).to_be_visible()
    expect(patient.locator("#recording-sign")).to_be_hidden()
    expect(learner.locator("#recording-sign")).to_have_text("Recording: Amina Yusuf")
    visit.move("learner", "interview")
    see_both(patient)
    patient.evaluate("navigator.storage.estimate = async () => ({ quota: 100e6, usage: 99e6 })")
    expect(patient.locator("#notices")).to_contain_text("this device is full")
    write(patient, "I am still here")
    expect(learner.locator(".entry", has_text="I am still here")).to_be_visible()
    expect(learner.locator("#recording-sign")).to_have_text("Recording: Amina Yusuf")
    learner.locator("#record-take-back").click()
    learner.locator("#confirm [value=yes]").click()
    expect(patient.locator("#recording-sign")).to_be_hidden()
    eventually(lambda: look(learner, "kept", visit.seat("learner")) == [])
