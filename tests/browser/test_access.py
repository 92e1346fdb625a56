"""The way of an emergency in real browsers: a preceptor breaks glass, the officer reviews it, the patient sees it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check, check_narrow
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NADIA, INES = "nadia@school.example", "ines@school.example"
PASSWORD = "a ward lamp far away"
REASON = "The patient phoned in distress and I must know the dose"


@pytest.fixture(scope="module")
def server(_server_factory: MakeServer) -> Server:
    """A server of this module's own: an officer sees what every test did."""
    return _server_factory()


@pytest.fixture(scope="module")
def visit(server: Server) -> Any:
    return server.book(kind="clinic")


def signed_in(server: Server, make_page: MakePage, email: str, name: str, role: str) -> Page:
    cookie = server.sign_in(email, name=name, role=role)
    return make_page(cookies=[cookie])


def break_glass(page: Page, server: Server, visit: Any) -> None:
    page.goto(f"{server.url}/e/{visit['encounter']}/")
    page.get_by_role("link", name="Open it in an emergency").click()
    check(page)
    page.get_by_label("What for").select_option(label="Emergency: somebody needs care now")
    page.get_by_label("Why", exact=True).fill(REASON)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Open the record").click()


def test_an_emergency_is_seen_reviewed_and_told_to_the_patient(server: Server, visit: Any, make_page: MakePage) -> None:
    nadia = signed_in(server, make_page, NADIA, "Dr Nadia Haas", "preceptor")
    server.call("give_password", email=NADIA, password=PASSWORD)
    # A changed password ends the sessions that came before it.
    nadia.context.add_cookies([server.sign_in(NADIA)])  # type: ignore[list-item]
    break_glass(nadia, server, visit)
    expect(nadia.get_by_text("Emergency access until")).to_be_visible()
    expect(nadia.get_by_text("Elena Rivera").first).to_be_visible()
    check(nadia)
    check_narrow(nadia)

    ines = signed_in(server, make_page, INES, "Ines Duarte", "privacy_officer")
    ines.goto(server.url)
    ines.get_by_role("link", name="Privacy").click()
    expect(ines.get_by_text("Emergency access").first).to_be_visible()
    expect(ines.get_by_text(REASON)).to_be_visible()
    check(ines)
    ines.get_by_role("link", name="Look at them").click()
    expect(ines.get_by_role("listitem").get_by_text("The whole record, in an emergency").first).to_be_visible()
    check(ines)
    check_narrow(ines)
    with ines.expect_download() as download:
        ines.get_by_role("link", name="Save as a file (CSV)").click()
    assert REASON in download.value.path().read_text("utf-8-sig")
    ines.goto(f"{server.url}/privacy/")
    ines.get_by_label("Found").select_option(label="Spoken with the person")
    ines.get_by_label("In a word").fill("The patient was in danger; rightly opened")
    ines.get_by_role("button", name="Mark off").click()
    expect(ines.get_by_text("Nothing to review.")).to_be_visible()

    patient = make_page(width=320, height=640)
    patient.goto(visit["links"]["patient"])
    patient.wait_for_url("**/lobby")
    patient.goto(f"{server.url}/s/{visit['seats']['patient']}/summary/")
    patient.get_by_role("link", name="Who has seen what is kept of your visit").click()
    expect(patient.get_by_text("Dr Nadia Haas").first).to_be_visible()
    expect(patient.get_by_text("Emergency", exact=True).first).to_be_visible()
    check(patient)

    nadia.get_by_role("button", name="Close it now").click()
    expect(nadia.get_by_text("Closed. The privacy officer looks at it next.")).to_be_visible()
    assert server.run("journal", "verify").returncode == 0
