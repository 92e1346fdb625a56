"""What a patient's device did not send while the visit was open leaves it afterwards, by the same link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import CUT, heal, lying_in
from tests.browser.rooms import Visit, eventually, state_of, write
from tests.browser.test_accessibility import check
from tests.browser.test_recordings import interview, look, press_record
from tests.fixtures.browser import MakePage
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: What would open a device or a call, counted.
WATCH = """
globalThis.opened = 0;
navigator.mediaDevices.getUserMedia = async () => { globalThis.opened += 1; throw new Error("not here"); };
globalThis.RTCPeerConnection = class { constructor() { globalThis.opened += 1; throw new Error("not here"); } };
"""
UPLOADS = "**/uploads/**"
SAVES = "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) });"


def record(visit: Visit, patient: Page) -> None:
    """The patient records for three seconds, of which not a byte leaves the device."""
    visit.join("patient", patient)
    visit.join("preceptor")
    interview(visit, "preceptor")
    press_record(patient)
    patient.context.route(UPLOADS, lambda route: route.abort())
    eventually(lambda: any(one["ms"] > 3000 for one in look(patient, "kept", visit.seat("patient"))))


def close_visit(visit: Visit) -> None:
    """The preceptor goes on to the end. The patient's tab is gone."""
    visit.pages.pop("patient").close()
    preceptor = visit.pages["preceptor"]
    for phase in ("hallway", "together", "wrap_up"):
        visit.move("preceptor", phase)
    for phase in ("debrief", "closed"):
        preceptor.click(f"[data-move={phase}]")
        preceptor.click("#confirm [value=yes]")
        eventually(lambda phase=phase: preceptor.evaluate("farward.room().encounter.phase") == phase)  # type: ignore[misc]


def come_back(visit: Visit, patient: Page) -> Page:
    """The patient opens the link again, in a new tab of the same browser."""
    page = patient.context.new_page()
    page.add_init_script(WATCH)
    page.goto(visit.booking["links"]["patient"])
    page.wait_for_url("**/summary/")
    return page


def kept(visit: Visit, page: Page) -> int:
    return len(lying_in(page, f"farward-recordings-{visit.seat('patient')}", "recordings"))


def test_a_recording_whose_tab_was_closed_is_sent_from_the_summary_after_the_close(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient = make_page(width=360, height=740)
    record(visit, patient)
    close_visit(visit)
    page = come_back(visit, patient)
    panel = page.locator("#hand-in")
    expect(panel).to_contain_text("MB, is not sent yet.")
    expect(panel).to_contain_text("The upload was interrupted and goes on in a moment.")
    check(page)
    page.reload()
    expect(panel).to_contain_text("MB, is not sent yet.")
    assert kept(visit, page) == 1
    page.context.unroute(UPLOADS)
    expect(panel).to_have_text("Sent. You may close this page.", use_inner_text=True)
    assert kept(visit, page) == 0
    assert lying_in(page, "farward-kept", "leases") == []
    assert page.evaluate("opened") == 0
    assert visit.pages["preceptor"].evaluate("farward.room().seats.map(({ presence }) => presence)").count("joined") < 3
    check(page)
    staff = make_page(cookies=[farward_server.sign_in(ACCOUNTS["preceptor"])])
    staff.goto(f"{farward_server.url}/e/{visit.booking['encounter']}/debrief/")
    expect(staff.locator("#replay video")).to_have_count(1)
    # With nothing left, nothing but the look is loaded.
    page.reload()
    expect(panel).to_be_hidden()
    page.wait_for_timeout(500)
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /[.]js$/.test(name))"
    )
    assert [name.split("/")[-2] for name in loaded] == ["pages"]


def test_what_is_not_taken_any_more_says_why_a_no_erases_the_recording_and_the_rest_can_be_removed(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient = make_page()
    patient.add_init_script(CUT)
    record(visit, patient)
    patient.evaluate("sessionStorage.cut = 'yes'")
    patient.reload()
    write(patient, "Thank you all")
    eventually(lambda: state_of(patient, "Thank you all") == "On this device only")
    close_visit(visit)
    page = come_back(visit, patient)
    panel = page.locator("#hand-in")
    expect(panel).to_contain_text("MB, is not sent yet.")
    expect(panel).to_contain_text("Not sent: “Thank you all” This visit is closed. This can no longer be added.")
    page.add_init_script(CUT)
    page.evaluate("sessionStorage.cut = 'yes'")
    page.reload()
    expect(panel).to_contain_text("There is no connection.")
    page.locator("details", has_text="Yes, I take it back").last.locator("summary").click()
    page.get_by_role("button", name="Yes, I take it back").click()
    expect(page.locator("main")).to_contain_text("You have taken this back.")
    expect(panel).to_contain_text("MB, is not sent yet.")
    heal(page)
    expect(panel).to_contain_text("It was erased from this device and not sent.")
    expect(panel).not_to_contain_text("MB, is not sent yet.")
    assert kept(visit, page) == 0
    panel.locator("summary").click()
    panel.get_by_role("button", name="Yes, remove it").click()
    expect(panel).to_have_text("It was removed from this device.", use_inner_text=True)
    page.goto(f"{farward_server.url}/s/{visit.seat('patient')}/left")
    page.wait_for_timeout(500)
    expect(panel).to_be_hidden()


def test_on_mobile_data_it_waits_for_one_press_and_a_refusal_is_told_in_the_servers_words(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient = visit.join("patient")
    visit.join("preceptor")
    interview(visit, "preceptor")
    look(patient, "leave", visit.seat("patient"), 2_000_000)
    close_visit(visit)
    page = patient.context.new_page()
    page.add_init_script(SAVES)
    page.goto(visit.booking["links"]["patient"])
    panel = page.locator("#hand-in")
    expect(panel).to_contain_text("Your recording, 2.0 MB, is not sent yet.")
    expect(panel).to_contain_text("It waits for a network that is not paid by the megabyte, or until you allow it.")
    panel.get_by_role("button", name="Send now by mobile data").click()
    expect(panel).to_contain_text("You have not agreed to be recorded in this visit.")
    expect(panel.locator("[data-allow]")).to_be_hidden()
    assert kept(visit, page) == 1
