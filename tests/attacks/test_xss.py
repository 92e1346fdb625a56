"""Script in every text that people can write, stored and reflected, looked at by everyone in a real browser.

Two walls are tried apart: nothing that was written becomes an element of a page (so the content policy has nothing to
stop, and reports nothing), and nothing that was written runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from tests.attacks.poison import LONG, SHORT
from tests.browser.rooms import wait_connected
from tests.fixtures.server import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

    from tests.fixtures.browser import MakePage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: What the poison would have made, had any of it been taken for markup, and whether any of it ran.
GROWN = """() => ({
  ran: typeof pwned !== "undefined" ? 1 : 0,
  grown: [...document.querySelectorAll(
    "[onerror], [onload], [onclick], iframe, img[src='x'], a[href^='javascript'], script:not([src])"
  )].filter((node) => !["importmap", "application/json"].includes(node.type))
    .map((node) => node.outerHTML.slice(0, 90)),
})"""

PAGES = {
    "learner": ["/", "/week/", "/e/{running}/", "/e/{running}/note/", "/e/{over}/debrief/", "/e/{over}/note/"],
    "preceptor": ["/", "/tower/", "/e/{running}/", "/e/{over}/note/", "/e/{over}/debrief/"],
    "kofi": [
        "/",
        "/week/",
        "/e/new",
        "/people/",
        "/people/{person}/",
        "/rotations/",
        "/rotations/{rotation}/",
        "/e/{over}/",
    ],
    "noor": ["/help/"],
    "bo": ["/sites/", "/sites/{site}/", "/integrity/", "/people/new"],
}
TEXT = quote(LONG)
REFLECTED = [
    f"/people/?q={TEXT}",
    f"/people/?role={TEXT}",
    f"/week/?from={TEXT}",
    f"/e/new?site={TEXT}",
    f"/accounts/login/?next={TEXT}",
    "/accounts/login/?next=javascript:pwned=1",
    f"/{quote(SHORT)}/",
    f"/s/{quote(SHORT)}/",
    f"/offline?{TEXT}#{TEXT}",
    f"/j?{TEXT}#{TEXT}.{TEXT}",
]


@pytest.fixture(scope="module")
def school(farward_server: Server) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.poison"],
        env=farward_server.environ(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def watch(make_page: MakePage) -> Iterator[Any]:
    """`watch()`: a page of which every complaint of the content policy, every dialog and every other host is noted."""
    noted: list[str] = []

    def close(dialog: Dialog) -> None:
        noted.append(dialog.message)
        dialog.dismiss()

    def make(**options: Any) -> Page:
        page = make_page(**options)
        page.on("console", lambda said: noted.append(said.text) if "Security Policy" in said.text else None)
        page.on("dialog", close)
        page.on("request", lambda asked: noted.append(asked.url) if _is_elsewhere(asked.url) else None)
        return page

    yield make
    assert noted == []


def _is_elsewhere(address: str) -> bool:
    return address.startswith("http") and urlsplit(address).hostname != "127.0.0.1"


def check(page: Page) -> None:
    found = page.evaluate(GROWN)
    assert found == {"ran": 0, "grown": []}, page.url


def cookie(server: Server, value: str) -> list[dict[str, str]]:
    return [{"name": "sessionid", "value": value, "url": server.url}]


@pytest.mark.parametrize("who", PAGES)
def test_what_was_written_is_shown_as_it_was_written(
    who: str, farward_server: Server, school: dict[str, Any], watch: Any
) -> None:
    page = watch(cookies=cookie(farward_server, school["sessions"][who]))
    for path in PAGES[who]:
        answer = page.goto(farward_server.url + path.format(**school))
        assert answer.status == 200, path
        check(page)


def test_what_stands_in_an_address_is_shown_as_it_stands(
    farward_server: Server, school: dict[str, Any], watch: Any
) -> None:
    visitor, desk = watch(), watch(cookies=cookie(farward_server, school["sessions"]["kofi"]))
    for page in (visitor, desk):
        for path in REFLECTED:
            page.goto(farward_server.url + path)
            page.wait_for_timeout(100)
            check(page)


def test_what_was_typed_comes_back_into_its_field(farward_server: Server, school: dict[str, Any], watch: Any) -> None:
    page = watch(cookies=cookie(farward_server, school["sessions"]["kofi"]))
    page.goto(farward_server.url + "/e/new")
    for name in ("patient_name", "brief"):
        page.fill(f"[name={name}]", SHORT)
    with page.expect_navigation():
        page.locator("form:has([name=brief])").evaluate("form => { form.noValidate = true; form.submit(); }")
    check(page)
    assert page.input_value("[name=patient_name]") == SHORT
    visitor = watch()
    visitor.goto(farward_server.url + "/accounts/login/")
    visitor.locator("form:has([name=login])").evaluate("form => { form.noValidate = true; }")
    visitor.fill("[name=login]", SHORT)
    visitor.fill("[name=password]", SHORT)
    with visitor.expect_navigation():
        visitor.press("[name=password]", "Enter")
    check(visitor)


def test_the_room_shows_what_was_said_as_text(farward_server: Server, school: dict[str, Any], watch: Any) -> None:
    page = watch()
    page.goto(school["link"])
    page.wait_for_url("**/lobby")
    check(page)
    page.click("#join")
    wait_connected(page)
    said = page.locator(".entry", has_text="[click](javascript:pwned=1)").first
    said.wait_for()
    assert "<svg onload=pwned=1>" in said.inner_text()
    assert "{{7*7}}" in said.inner_text()
    assert said.locator("a").count() == 0
    check(page)
    staff = watch(cookies=cookie(farward_server, school["sessions"]["preceptor"]))
    staff.goto(f"{farward_server.url}/e/{school['running']}/")
    staff.click("form[action$='/enter'] button")
    staff.wait_for_url("**/lobby")
    staff.click("#join")
    wait_connected(staff)
    staff.locator("#note textarea").first.wait_for()
    staff.locator(".entry", has_text="[click](javascript:pwned=1)").first.wait_for()
    staff.wait_for_timeout(500)
    check(staff)


def test_a_waiting_device_and_the_summary_show_text(farward_server: Server, school: dict[str, Any], watch: Any) -> None:
    first, second = watch(), watch(user_agent=f"Mozilla {SHORT}")
    for page in (first, second):
        page.goto(school["late"])
        page.wait_for_url("**/s/**")
        check(page)
    first.goto(first.url.rsplit("/", 1)[0] + "/summary/")
    check(first)
    assert "[click](javascript:pwned=1)" in first.inner_text("main")


def test_a_script_of_the_pages_own_cannot_make_code_from_a_string(farward_server: Server, make_page: MakePage) -> None:
    """The wall behind: had anything of ours taken a string for markup or code, the browser would have refused it."""
    page = make_page()
    page.goto(farward_server.url + "/accounts/login/")
    tried = page.evaluate(
        """() => [
          () => { document.body.innerHTML = "<p>x</p>"; },
          () => { document.createElement("script").text = "1"; },
          () => { document.createElement("iframe").srcdoc = "x"; },
          () => trustedTypes.createPolicy("evil", { createHTML: (text) => text }),
        ].map((attempt) => { try { attempt(); return "taken"; } catch (error) { return error.name; } })"""
    )
    assert tried == ["TypeError"] * 4
    worker = """() => navigator.serviceWorker.register("/evil.js").then(() => "taken", (error) => error.name)"""
    assert page.evaluate(worker) == "TypeError"
