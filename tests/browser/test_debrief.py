"""The debrief page in a real browser: it fits a narrow screen, scrolls by keyboard, and prints whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_course_of_a_visit_fits_a_narrow_screen_and_paper(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join_all("learner", "preceptor")
    visit.move("preceptor", "check_in")
    visit.pages["preceptor"].locator("#mark-panel summary").click()
    visit.pages["preceptor"].locator("#mark-text").fill("A warm welcome")
    visit.pages["preceptor"].locator("#mark-form button").click()
    page = make_page(width=320, height=640, cookies=[farward_server.sign_in(ACCOUNTS["learner"])])
    page.goto(f"{farward_server.url}/e/{visit.booking['encounter']}/debrief/")
    expect(page.get_by_role("img", name="Phases, and who was here")).to_be_visible()
    expect(page.locator("#marks + ol")).to_contain_text("A warm welcome")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    timeline = page.locator(".timeline")
    timeline.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert timeline.evaluate("node => node.scrollLeft") > 0
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    drawn = page.locator(".timeline svg").bounding_box()
    assert drawn is not None
    assert drawn["x"] + drawn["width"] <= 794
