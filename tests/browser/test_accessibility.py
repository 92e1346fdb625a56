"""Every page in both colour schemes: axe finds no serious or critical violation, and nothing is wider than a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.rooms import Visit, wait_connected
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
BLOCKING = {"serious", "critical"}
PEOPLE = {
    "learner": "amina@school.example",
    "preceptor": "osei@school.example",
    "coordinator": "kofi@school.example",
    "support": "noor@school.example",
    "privacy_officer": "ines@school.example",
    "administrator": "bo@school.example",
}
#: The pages behind the sign-in, by who opens them. `{e}` is an encounter that is on now.
PAGES = {
    "learner": ["/", "/week/", "/e/{e}/", "/e/{e}/note/", "/e/{e}/debrief/", "/accounts/2fa/", "/accounts/sessions/"],
    "preceptor": ["/", "/tower/", "/e/{e}/", "/e/{e}/note/"],
    "coordinator": ["/", "/week/", "/e/new", "/e/{e}/", "/people/", "/people/new", "/rotations/"],
    "support": ["/help/"],
    "privacy_officer": ["/integrity/", "/privacy/", "/privacy/access/"],
    "administrator": ["/", "/sites/", "/sites/new"],
}
OPEN_TO_ALL = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nothing/here", "/j"]


def check(page: Page) -> None:
    """Look at the page as it stands: light and dark, wide and narrow."""
    axe = Axe()
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {wrong}" for wrong in violations(axe.run(page).response)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert found == []
    assert too_wide <= 0, f"{too_wide} px wider than a phone"


def check_narrow(page: Page) -> None:
    """Look at the page on the narrowest phone, in either direction of writing."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found: list[str] = []
    for direction in ("rtl", "ltr"):
        page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
        found += [f"{direction}: {wrong}" for wrong in violations(Axe().run(page).response)]
        # What is too wide stands out to the left where one reads from right to left.
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{direction}: {wide} px too wide"] if wide > 0 else []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert found == []


def violations(response: dict[str, Any]) -> list[str]:
    return [
        f"{wrong['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for wrong in response["violations"]
        if wrong["impact"] in BLOCKING
        for node in wrong["nodes"]
    ]


@pytest.fixture(scope="module")
def encounter(farward_server: Server) -> str:
    booking = farward_server.book(accounts=["learner", "preceptor"])
    found: str = booking["encounter"]
    return found


@pytest.fixture(scope="module")
def sessions(farward_server: Server) -> dict[str, dict[str, str]]:
    """One session for each person, as a cookie."""
    return {
        role: farward_server.sign_in(email=email, role=role, name=email.partition("@")[0].title())
        for role, email in PEOPLE.items()
    }


@pytest.fixture
def signed_in(sessions: dict[str, dict[str, str]], make_page: MakePage) -> Callable[[str], Page]:
    return lambda role: make_page(cookies=[sessions[role]])


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_a_page_behind_the_sign_in_is_accessible(
    farward_server: Server, signed_in: Callable[[str], Page], encounter: str, role: str, path: str
) -> None:
    page = signed_in(role)
    answer = page.goto(farward_server.url + path.replace("{e}", encounter))
    assert answer is not None
    assert answer.status == 200
    check(page)


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_a_page_that_everyone_sees_is_accessible(farward_server: Server, make_page: MakePage, path: str) -> None:
    page = make_page()
    page.goto(farward_server.url + path)
    check(page)


def test_the_booking_form_with_errors_and_everything_open_is_accessible(
    farward_server: Server, signed_in: Callable[[str], Page]
) -> None:
    page = signed_in("coordinator")
    page.goto(f"{farward_server.url}/e/new")
    page.locator("summary.summary").click()
    page.fill("#id_patient_name", "Elena Rivera")
    page.fill("#id_begins", "14:30")
    page.click("main form button.big")
    assert page.locator(".error").count()
    check(page)


def test_a_visits_page_with_everything_open_is_accessible(
    farward_server: Server, signed_in: Callable[[str], Page], encounter: str
) -> None:
    page = signed_in("coordinator")
    page.goto(f"{farward_server.url}/e/{encounter}/")
    for summary in page.locator("summary").all():
        summary.click()
    check(page)


def test_the_page_with_a_link_and_its_code_is_accessible_and_its_copy_button_answers(
    farward_server: Server, signed_in: Callable[[str], Page], encounter: str
) -> None:
    page = signed_in("coordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{farward_server.url}/e/{encounter}/")
    page.locator("button[value=issue]").first.click()
    check(page)
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    assert "/j#" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("role", ["learner", "preceptor", "patient"])
def test_the_lobby_and_the_room_are_accessible(farward_server: Server, make_page: MakePage, role: str) -> None:
    visit = Visit.book(farward_server, make_page)
    page = visit.open_lobby(role, make_page())
    check(page)
    page.click("#join")
    wait_connected(page)
    check(page)


def test_the_room_with_every_panel_open_is_accessible_on_the_narrowest_phone(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, _patient = visit.join("learner"), visit.join("patient")
    visit.move("learner", "check_in")
    visit.move("learner", "interview")
    for page in visit.pages.values():
        expect(page.locator("#recording")).to_be_visible()
        for panel in page.locator(".panels > details").all():
            panel.evaluate("node => { node.open = true; }")
        expect(page.locator("#connection-panel form[inert]")).to_have_count(0)
        expect(page.locator("#connection-now")).not_to_be_empty()
        check_narrow(page)
    assert learner.locator("#connection-panel[open]").count() == 1


def test_the_hold_screen_and_the_whole_room_are_accessible(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    for role in ("learner", "preceptor", "patient"):
        visit.join(role)
    for phase in ("check_in", "interview", "hallway"):
        visit.move("preceptor", phase)
    for page in visit.pages.values():
        check(page)
