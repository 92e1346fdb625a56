"""The tower in a real browser: tiles that follow the rooms, one tap into another room, a line, and no WebSocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.browser.test_room_outbox import BLOCK_WEBSOCKETS
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import MakeServer, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def tower_server(_server_factory: MakeServer) -> Server:
    """A server of this module's own: a tower shows every room, also those of other tests."""
    return _server_factory()


def open_tower(server: Server, make_page: MakePage) -> Page:
    page = make_page(cookies=[server.sign_in(ACCOUNTS["preceptor"])])
    page.goto(f"{server.url}/tower/")
    return page


def tile(page: Page, visit: Visit) -> str:
    """The tile of a visit."""
    return f".room-tile:has(input[name=seat][value='{visit.seat('preceptor')}'])"


def in_interview(server: Server, make_page: MakePage) -> Visit:
    """A visit whose learner is alone in the interview."""
    visit = Visit.book(server, make_page)
    visit.join("learner")
    visit.move("learner", "check_in")
    visit.move("learner", "interview")
    return visit


def test_a_tile_follows_its_room_and_a_raised_hand_comes_first(tower_server: Server, make_page: MakePage) -> None:
    quiet = Visit.book(tower_server, make_page)
    visit = Visit.book(tower_server, make_page)
    tower = open_tower(tower_server, make_page)
    expect(tower.locator("#tower-status")).to_have_text("Live")
    learner = visit.join("learner")
    visit.move("learner", "check_in")
    expect(tower.locator(tile(tower, visit)).locator("[data-phase]")).to_have_text("Check-in")
    expect(tower.locator(tile(tower, quiet)).locator("[data-minutes]")).to_contain_text("Starts at")
    learner.click("#hand")
    expect(tower.locator(".room-tile").first.locator("[data-hand]")).to_have_text("Hand up 0 min")


def test_one_tap_listens_in_the_other_room_and_leaves_the_first(tower_server: Server, make_page: MakePage) -> None:
    first, second = in_interview(tower_server, make_page), in_interview(tower_server, make_page)
    osei = first.join("preceptor")
    other = osei.locator(f".strip-tile:has(input[value='{second.seat('preceptor')}'])")
    expect(other.locator("[data-phase]")).to_have_text("Interview")
    expect(osei.locator(f".strip-tile input[value='{first.seat('preceptor')}']")).to_have_count(0)
    other.locator("summary").click()
    other.get_by_role("button", name="Listen").click()
    osei.wait_for_url(f"**/s/{second.seat('preceptor')}/?stance=listening")
    wait_connected(osei)
    seats = "farward.room().seats.find(s => s.role === 'preceptor')"
    eventually(lambda: second.pages["learner"].evaluate(f"{seats}.stance") == "listening")
    eventually(lambda: second.pages["learner"].evaluate(f"{seats}.presence") == "joined")
    eventually(lambda: first.pages["learner"].evaluate(f"{seats}.presence") == "left")
    assert first.pages["learner"].evaluate(f"{seats}.stance") == "away"


def test_a_line_from_the_tower_reaches_the_learner(tower_server: Server, make_page: MakePage) -> None:
    visit = in_interview(tower_server, make_page)
    tower = open_tower(tower_server, make_page)
    one = tower.locator(tile(tower, visit))
    one.locator(".line summary").click()
    one.locator("[name=text]").fill("Ask about allergies")
    one.locator("[data-say] button").click()
    expect(one.locator("[data-said]")).to_have_text("Sent to the learner")
    expect(one.locator("[name=text]")).to_have_value("")
    expect(visit.pages["learner"].locator("#thread")).to_contain_text("Ask about allergies")


def test_the_tower_works_where_no_websocket_gets_through(tower_server: Server, make_page: MakePage) -> None:
    tower = make_page(cookies=[tower_server.sign_in(ACCOUNTS["preceptor"])])
    tower.add_init_script(BLOCK_WEBSOCKETS)
    tower.goto(f"{tower_server.url}/tower/")
    expect(tower.locator("#tower-status")).to_contain_text("Updated every 10 seconds")
    visit = Visit.book(tower_server, make_page)
    expect(tower.locator(tile(tower, visit))).to_be_visible()
