"""What the seat's pages weigh on a cold visit, and that everyone can use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

JOIN_BUDGET = 60_000
ROOM_BUDGET = 110_000
#: What belongs to the note editor, which loads once the room stands.
NOTE_EDITOR = ("note", "yjs")
#: What the lobby fetches of the room, as soon as it is done with its own. It is counted with the room.
NEXT = ("room.bundle",)

#: Buttons and fields of the room that a finger would miss: lower than 44 pixels, less the rounding.
SMALL_TARGETS = """
[...document.querySelectorAll('button, summary, select, input:not([type=checkbox]), textarea')]
  .filter((node) => node.checkVisibility())
  .filter((node) => node.closest('.controls, .moves, .compose, .consent, .tile, #vitals, .panel > summary'))
  .filter((node) => node.getBoundingClientRect().height < 43.5)
  .map((node) => node.outerHTML.slice(0, 120))
"""


class Wire:
    """Counts what a page fetches, as it goes over the wire: compressed, with headers."""

    def __init__(self, page: Page) -> None:
        self.sizes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        # A request that began before the counting did has no address here.
        url = self._urls.get(event["requestId"], event["requestId"])
        self.sizes[url] = self.sizes.get(url, 0) + int(event["encodedDataLength"])

    def total(self, *, without: tuple[str, ...] = ()) -> int:
        return sum(size for url, size in self.sizes.items() if not any(part in url.split("/")[-1] for part in without))


def serious(page: Page) -> list[str]:
    """What axe finds that keeps people out."""
    results = Axe().run(page)
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in results.response["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


def test_from_the_link_to_the_lobby_is_at_most_60_kB_cold(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = make_page(width=360, height=740)
    wire = Wire(page)
    visit.open_lobby("patient", page)
    expect(page.locator("#check-connection .what")).to_have_text("Good")
    assert 5_000 < wire.total(without=NEXT) <= JOIN_BUDGET, wire.sizes


def test_the_room_is_at_most_110_kB_cold_without_the_note_editor(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = visit.open_lobby("learner", make_page())
    # Cold: nothing of the pages before is kept.
    session = page.context.new_cdp_session(page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire = Wire(page)
    page.click("#join")
    wait_connected(page)
    expect(page.locator("#note textarea").first).to_be_visible()
    page.wait_for_timeout(1000)
    assert any("yjs" in url for url in wire.sizes), "the note editor loads by itself"
    assert 15_000 < wire.total(without=NOTE_EDITOR) <= ROOM_BUDGET, wire.sizes


def test_who_presses_join_before_the_lobby_has_loaded_comes_in(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = make_page(service_workers="block")
    page.route(re.compile(r"/js/lobby\."), lambda route: route.abort())
    visit.open_lobby("patient", page)
    page.click("#join")
    wait_connected(page)
    assert "here=" not in page.evaluate("document.cookie"), "what the lobby told the room is gone"
    # A reload is the same window; one that came by the address alone is asked in the lobby.
    page.reload()
    wait_connected(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_url("**/lobby")


def test_a_patient_downloads_no_note_editor(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = visit.open_lobby("patient", make_page())
    wire = Wire(page)
    page.click("#join")
    wait_connected(page)
    page.wait_for_timeout(1000)
    assert [url for url in wire.sizes if "yjs" in url or "note_doc" in url] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_from_the_link_to_the_room(
    farward_server: Server, make_page: MakePage, dark: bool
) -> None:
    visit = Visit.book(farward_server, make_page, kind="clinic")
    lobby = visit.open_lobby("patient", make_page(width=360, height=740, dark=dark, bypass_csp=True))
    expect(lobby.locator("#verdict p")).to_contain_text("You are ready.")
    assert serious(lobby) == []
    patient = visit.join("patient", lobby)
    preceptor = visit.join("preceptor", dark=dark, bypass_csp=True)
    assert serious(patient) == []
    assert serious(preceptor) == []
    visit.move("preceptor", "check_in")
    preceptor.locator("#vitals summary").click()
    preceptor.locator("#consents summary").first.click()
    assert serious(patient) == []
    assert serious(preceptor) == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_hangs_over_the_edge_at_any_width(farward_server: Server, make_page: MakePage, width: int) -> None:
    visit = Visit.book(farward_server, make_page, kind="clinic")
    page = visit.join("learner", width=width, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS) == []


def test_consent_is_asked_given_and_seen_at_once_by_all(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page, kind="clinic")
    patient, learner = visit.join_all("patient", "learner")
    visit.move("learner", "check_in")
    expect(learner.locator("#moves")).to_contain_text("The patient has not yet agreed")
    patient.click("[data-consent='visit:given']")
    patient.click("[data-consent='learner:given']")
    learner.locator("#consents > summary").click()
    expect(learner.locator("#consent-list")).to_contain_text("Agreed")
    eventually(lambda: learner.locator("[data-move=interview]").get_attribute("aria-disabled") is None)
    learner.locator(".consent", has_text="Pictures are kept").locator("summary").click()
    learner.click("[data-consent='stills:given']")
    expect(patient.locator(".consent", has_text="Pictures are kept").locator("summary .pill")).to_have_text("Agreed")
    patient.locator(".consent", has_text="This visit by video or voice").locator("summary").click()
    patient.click("[data-consent='visit:withdrawn']")
    expect(learner.locator("#next")).to_contain_text("The patient said no")


def test_vital_signs_are_saved_as_observations_and_only_shown_to_the_patient_if_chosen(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    learner.locator("#vitals > summary").click()
    learner.fill("[name=systolic]", "128")
    learner.fill("[name=pulse]", "72")
    learner.locator("#vitals-form [type=submit]").click()
    expect(learner.locator("#notices")).to_contain_text("Diastolic pressure")
    learner.fill("[name=diastolic]", "84")
    learner.locator("#vitals-form [type=submit]").click()
    preceptor.locator("#vitals > summary").click()
    expect(preceptor.locator("#vitals-list")).to_contain_text("128/84 mmHg")
    expect(preceptor.locator("#vitals-list")).to_contain_text("72 beats/min")


def test_raised_hands_marks_and_calls_for_help_show(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    learner.click("#hand")
    expect(preceptor.locator(f".tile[data-seat='{visit.seat('learner')}'] .flag.hand")).to_be_visible()
    preceptor.locator("#mark-panel > summary").click()
    preceptor.fill("#mark-text", "Red flags of cough")
    preceptor.locator("#mark-form [type=submit]").click()
    expect(learner.locator("#thread")).to_contain_text("Teach this: Red flags of cough")
    learner.locator("#help-panel > summary").click()
    learner.locator("#help-form [type=submit]").click()
    expect(learner.locator("#help-state")).to_have_text("Help has been called. Stay here, somebody will answer.")


def test_whose_visit_is_over_is_offered_nothing_that_does_nothing(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join_all("preceptor", "patient")
    patient = visit.pages["patient"]
    expect(patient.locator("#recording")).to_be_visible()
    expect(patient.locator(".tile.own strong")).to_have_text("You")
    patient.locator("#recording summary").click()
    for phase in ("check_in", "interview", "together", "wrap_up"):
        visit.move("preceptor", phase)
    expect(patient.locator("[data-taking]")).to_be_visible()
    visit.pages["preceptor"].click("[data-move=debrief]")
    visit.pages["preceptor"].click("#confirm [value=yes]")
    expect(patient.locator("#next")).to_contain_text("Your visit is over.")
    for gone in ("#mic", "#rung", "#connection-panel", "#record", "[data-taking]"):
        expect(patient.locator(gone)).to_be_hidden()


def test_a_link_that_opens_nothing_says_what_to_do(farward_server: Server, make_page: MakePage) -> None:
    page = make_page()
    page.goto(f"{farward_server.url}/j#{'0' * 32}.{'A' * 43}")
    expect(page.locator("#problem")).to_contain_text("Copy it again from the message, or ask for a new one.")
    page.goto(f"{farward_server.url}/j")
    page.reload()
    expect(page.locator("#problem")).to_contain_text("This address lacks the link.")


def test_the_hold_screen_comes_into_view_also_for_a_patient_who_has_scrolled(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient = visit.join("patient", width=360, height=640)
    visit.join("learner")
    for phase in ("check_in", "interview"):
        visit.move("learner", phase)
    patient.evaluate("scrollTo(0, document.body.scrollHeight)")
    visit.move("learner", "hallway")
    expect(patient.locator("#hold-why")).to_be_in_viewport()
