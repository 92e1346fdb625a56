"""Recordings in real browsers: made on two devices, uploaded, and played together in the debrief."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def press_record(page: Page, name: str) -> None:
    page.locator("#recording summary").click()
    page.locator("#record").click()
    page.locator("#confirm [value=yes]").click()
    expect(page.locator("#recording-sign")).to_contain_text(name)


def test_two_recordings_stand_beside_each_other_to_a_tenth_of_a_second(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner = visit.join_all("patient", "learner")
    learner.set_default_timeout(15_000)
    press_record(patient, "Elena Rivera")
    expect(learner.locator("#recording-sign")).to_contain_text("Elena Rivera")
    press_record(learner, "Amina Yusuf")
    learner.locator("#mark-panel summary").click()
    learner.locator("#mark-form button").click()
    learner.wait_for_timeout(6000)  # as long as a recording is, which is what this test is about
    for page in (learner, patient):
        page.locator("#record").click()
        expect(page.locator("#recording-state")).to_have_text("The recording is uploaded.")
    expect(patient.locator("#recording-sign")).to_be_hidden()
    page = make_page(cookies=[farward_server.sign_in(ACCOUNTS["learner"])])
    page.goto(f"{farward_server.url}/e/{visit.booking['encounter']}/debrief/")
    expect(page.locator("#replay video")).to_have_count(2)
    assert all(int(each) < 100 for each in page.eval_on_selector_all("video", "all => all.map(v => v.dataset.within)"))
    page.locator("[data-mark]").click()
    places = "all => all.map(v => Number(v.dataset.started) + v.currentTime * 1000)"
    eventually(lambda: all(page.eval_on_selector_all("video", "all => all.map(v => v.currentTime > 0 && !v.seeking)")))
    first, second = page.eval_on_selector_all("video", places)
    assert abs(first - second) < 100
    page.locator("[data-play]").click()
    eventually(lambda: page.evaluate("document.querySelector('#replay output').textContent") not in {"0:00", "0:01"})
    page.locator("[data-play]").click()
    first, second = page.eval_on_selector_all("video", places)
    assert abs(first - second) < 200
