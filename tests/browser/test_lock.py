"""The lock over a page that was left alone: what stands there stays, a call goes on, and nothing is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a ward lamp far away"
KOFI = "kofi@school.example"


def leave_alone(page: Page, server: Server) -> None:
    """As if nobody had touched anything for an hour; then somebody comes back to the window."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    server.call("leave_alone", session=key)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#lock")).to_be_visible()


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.fill("#lock-proof", password)
    page.press("#lock-proof", "Enter")


def test_a_form_that_is_half_filled_is_there_after_the_unlock(farward_server: Server, make_page: MakePage) -> None:
    farward_server.call("give_password", email=KOFI, password=PASSWORD, name="Kofi Mensah", role="coordinator")
    page = make_page(cookies=[farward_server.sign_in(KOFI)])
    page.goto(f"{farward_server.url}/people/new")
    page.fill("#id_name", "Esi Boa")
    leave_alone(page, farward_server)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#lock")).to_be_visible()
    unlock(page, "not mine")
    expect(page.locator("#lock-problem")).to_have_text("That was not right. Try again.")
    unlock(page)
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("Esi Boa")
    page.locator("#id_name").press("End")
    page.locator("#id_name").press_sequentially("teng")
    expect(page.locator("#id_name")).to_have_value("Esi Boateng")


def test_in_a_visit_the_call_goes_on_while_the_record_is_locked(farward_server: Server, make_page: MakePage) -> None:
    farward_server.call("give_password", email=ACCOUNTS["learner"], password=PASSWORD)
    visit = Visit.book(farward_server, make_page)
    learner, _preceptor = visit.join_all("learner", "preceptor")
    note = learner.locator("#note-subjective")
    note.press_sequentially("Cough for three")
    expect(learner.locator("[data-saved]")).to_have_text("Sent")
    leave_alone(learner, farward_server)
    expect(note).to_be_hidden()
    expect(learner.locator("#thread")).to_be_hidden()
    expect(learner.locator("#leave")).to_be_visible()
    assert visit.hears("learner", "preceptor")
    assert visit.hears("preceptor", "learner")
    second = learner.context.new_page()
    second.goto(f"{farward_server.url}/s/{visit.seat('learner')}/")
    expect(second.get_by_text("Is it still you?")).to_be_visible()
    second.close()
    unlock(learner)
    expect(learner.locator("#lock")).to_be_hidden()
    expect(note).to_be_visible()
    expect(note).to_have_value("Cough for three")
    note.press("End")
    note.press_sequentially(" weeks")
    expect(note).to_have_value("Cough for three weeks")
    expect(learner.locator("[data-saved]")).to_have_text("Sent")
