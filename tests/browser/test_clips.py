"""Voice notes in real browsers: spoken without a network, delivered when it is back, and played by the other side."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.browser.test_accessibility import violations
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: As on a line that carries no talk, without needing such a line.
CHOICE = "farward.connection"
PINNED = f"localStorage.getItem('{CHOICE}') ?? localStorage.setItem('{CHOICE}', JSON.stringify({{pin: 'clip'}}))"


def test_a_note_spoken_without_a_network_arrives_later_and_is_played_by_the_other_side(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner = visit.join_all("patient", "learner")
    record = patient.get_by_role("button", name="Record a voice note")
    expect(record).to_be_visible()
    patient.context.set_offline(True)
    record.click()
    expect(patient.locator("#clip-time")).to_contain_text("Recording 0:02 of 2:00.")
    expect(patient.locator("#mic")).to_contain_text("Mic off")
    patient.locator("#clip-send").click()
    own = patient.locator(".entry.own.clip")
    expect(own.locator(".state")).to_have_text("On this device only")
    expect(patient.locator("#mic")).to_contain_text("Mic on")
    patient.context.set_offline(False)
    expect(own.locator(".state")).to_have_text("Sent")
    theirs = learner.locator(".entry.clip")
    expect(theirs).to_contain_text("Not heard yet")
    expect(theirs).to_contain_text("Everyone in the visit")
    theirs.get_by_role("button", name="Play the voice note, 0:02").click()
    expect(own.locator(".state")).to_have_text("Heard by Amina Yusuf")
    expect(theirs).not_to_contain_text("Not heard yet")


def test_a_note_that_was_being_spoken_when_the_page_died_is_offered_again_and_sent_or_thrown_away(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner = visit.join("learner")
    for wanted in ("Throw away", "Send the voice note"):
        learner.locator("#clip-record").press("Enter")
        expect(learner.locator("#clip-time")).to_contain_text("Recording 0:03")
        learner.reload()
        wait_connected(learner)
        offered = learner.locator(".notice", has_text="This page closed while you recorded a voice note of 0:0")
        expect(learner.locator(".entry.clip")).to_have_count(0)
        offered.get_by_role("button", name=wanted).click()
        expect(offered).to_have_count(0)
    expect(learner.locator(".entry.own.clip .state")).to_have_text("Sent")
    learner.reload()
    wait_connected(learner)
    expect(learner.locator(".entry.own.clip")).to_have_count(1)
    expect(learner.locator(".notice", has_text="This page closed")).to_have_count(0)


def test_where_the_line_carries_no_talk_notes_come_to_the_fore_and_are_played_as_they_come(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner = make_page(width=320, height=640), make_page()
    for page in (patient, learner):
        page.add_init_script(PINNED)
    visit.join("patient", patient)
    visit.join("learner", learner)
    visit.move("learner", "check_in")
    hold = patient.get_by_role("button", name="Hold to speak")
    expect(hold).to_be_in_viewport()
    expect(patient.locator("#clip-advice")).to_contain_text("You have chosen to use less than live talk needs.")
    assert patient.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(Axe().run(patient).response) == []
    hold.press("Enter")
    expect(patient.locator("#clip-time")).to_contain_text("Recording 0:01")
    patient.get_by_role("button", name="Send the voice note").press("Enter")
    expect(patient.locator(".entry.own.clip .state")).to_have_text("Heard by Amina Yusuf")
    patient.evaluate("document.documentElement.dir = 'rtl'")
    assert patient.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    patient.evaluate("document.querySelector('#connection-pin').closest('details')?.setAttribute('open', '')")
    expect(patient.locator("#connection-panel form[inert]")).to_have_count(0)
    patient.locator("#connection-pin").select_option("voice", force=True)
    expect(patient.locator(".notice", has_text="carries your voice again")).to_have_count(1)
    expect(patient.locator("#clip-advice")).to_be_hidden()


def test_notes_are_recorded_by_keyboard_or_while_held_and_thrown_away(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner = visit.join("learner")
    record = learner.locator("#clip-record")
    expect(record).to_be_visible()
    record.press("Enter")
    expect(learner.locator("#clip-time")).to_contain_text("Recording 0:01")
    learner.locator("#clip-drop").click()
    expect(learner.locator("#clip-bar")).to_be_hidden()
    expect(learner.locator(".entry.clip")).to_have_count(0)
    record.hover()
    learner.mouse.down()
    expect(learner.locator("#clip-time")).to_contain_text("Recording 0:01")
    learner.mouse.up()
    eventually(lambda: learner.locator(".entry.clip .state").inner_text() == "Sent")
    expect(learner.locator(".entry.clip")).to_contain_text("Learner and preceptor only")
