"""Voice notes in real browsers: spoken without a network, delivered when it is back, and played by the other side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
