"""A patient's link that asks for six digits, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_page_asks_says_what_is_wrong_and_opens_the_lobby(farward_server: Server, make_page: MakePage) -> None:
    booking = farward_server.book(site="Careful clinic", link_code=True)
    page = make_page(width=320, height=640)
    page.goto(booking["links"]["patient"])
    code = booking["codes"]["patient"]
    expect(page.locator("#check-code")).to_be_focused()
    expect(page.locator("#problem")).to_be_hidden()
    page.fill("#check-code", f"{(int(code) + 1) % 10**6:06d}")
    page.press("#check-code", "Enter")
    expect(page.locator("#problem")).to_contain_text("These are not the digits")
    page.fill("#check-code", f"{code[:3]} {code[3:]}")
    page.press("#check-code", "Enter")
    page.wait_for_url("**/lobby")
