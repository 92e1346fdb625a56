"""The shared note, stills and closing in real browsers: together, apart, offline, and after a reload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Three browsers with cameras share the machine with their server.

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def box(page: Page, section: str) -> Any:
    return page.locator(f"#note-{section}")


@pytest.fixture
def visit(farward_server: Server, make_page: MakePage) -> Visit:
    """Amina and Dr Osei in one room."""
    visit = Visit.book(farward_server, make_page)
    visit.join_all("learner", "preceptor")
    return visit


def test_both_write_and_each_sees_the_others_words(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    box(amina, "subjective").press_sequentially("Cough for three weeks")
    expect(box(osei, "subjective")).to_have_value("Cough for three weeks")
    expect(amina.locator("[data-saved]")).to_have_text("Sent")
    box(osei, "subjective").press("End")
    box(osei, "subjective").press_sequentially(", dry")
    expect(box(amina, "subjective")).to_have_value("Cough for three weeks, dry")


def test_the_caret_stays_where_one_writes_while_another_writes_before_it(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    box(amina, "plan").press_sequentially("tea")
    expect(box(osei, "plan")).to_have_value("tea")
    box(osei, "plan").press("Home")
    box(osei, "plan").press_sequentially("Rest and ")
    expect(box(amina, "plan")).to_have_value("Rest and tea")
    box(amina, "plan").press_sequentially(" often")
    expect(box(osei, "plan")).to_have_value("Rest and tea often")


def test_what_both_write_offline_is_all_there_afterwards(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    box(amina, "assessment").press_sequentially("Asthma")
    expect(box(osei, "assessment")).to_have_value("Asthma")
    for page in (amina, osei):
        page.context.set_offline(True)
    box(amina, "assessment").press("Home")
    box(amina, "assessment").press_sequentially("Mild ")
    box(osei, "assessment").press("End")
    box(osei, "assessment").press_sequentially(", stable")
    expect(amina.locator("[data-saved]")).to_have_text("On this device only")
    for page in (amina, osei):
        page.context.set_offline(False)
    for page in (amina, osei):
        expect(box(page, "assessment")).to_have_value("Mild Asthma, stable")
        expect(page.locator("[data-saved]")).to_have_text("Sent")


def test_a_reload_keeps_what_was_written_without_the_server(make_server: MakeServer, make_page: MakePage) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    amina = visit.join("learner")
    box(amina, "plan").press_sequentially("Rest.")
    expect(amina.locator("[data-saved]")).to_have_text("Sent")
    server.kill()
    box(amina, "plan").press_sequentially(" And tea.")
    expect(amina.locator("[data-saved]")).to_have_text("On this device only")
    amina.wait_for_timeout(1500)
    server.start()
    amina.reload()
    wait_connected(amina)
    expect(box(amina, "plan")).to_have_value("Rest. And tea.")
    expect(amina.locator("[data-saved]")).to_have_text("Sent")


def test_a_pasted_page_of_text_arrives_whole(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    long = "Häufiger Husten, 咳嗽, خشک کھانسی 😷. " * 700
    box(amina, "objective").fill(long)
    expect(box(osei, "objective")).to_have_value(long)


def test_comments_stand_beside_the_section_with_their_author(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    section = osei.locator("[data-section=plan]")
    section.locator("summary").click()
    section.locator("form textarea").fill("When does she come back?")
    section.locator("form button").click()
    comment = amina.locator("[data-section=plan] .comments li")
    expect(comment).to_contain_text("When does she come back?")
    expect(comment).to_contain_text("Osei")


def test_submit_return_submit_and_cosign_in_the_room(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    visit.join("patient")
    box(amina, "subjective").fill("Cough for three weeks")
    expect(amina.locator("[data-submit]")).to_be_hidden()
    visit.move("preceptor", "check_in")
    visit.move("preceptor", "interview")
    visit.move("preceptor", "together")
    visit.move("preceptor", "wrap_up")
    amina.locator("[data-submit]").click()
    expect(amina.locator("[data-submit]")).to_be_hidden()
    expect(osei.locator("[data-signing-text]")).to_contain_text("Cough for three weeks")
    osei.locator("#note-return").fill("Say whether it is dry.")
    osei.locator("[data-returning] button").click()
    expect(amina.locator("[data-notice]")).to_contain_text("Say whether it is dry.")
    box(amina, "subjective").press("End")
    box(amina, "subjective").press_sequentially(", dry")
    amina.locator("[data-submit]").click()
    expect(osei.locator("[data-signing-title]")).to_have_text("Version 2")
    expect(osei.locator("[data-signing-text]")).to_contain_text("three weeks, dry")
    osei.locator("[data-cosign]").click()
    for page in (amina, osei):
        expect(page.locator("#note [data-state]")).to_have_text("Co-signed")
        expect(box(page, "subjective")).to_have_js_property("readOnly", True)


def test_text_that_came_too_late_for_a_signed_note_stays_readable_and_is_said_so(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    visit.join("patient")
    box(amina, "plan").fill("Rest")
    visit.move("preceptor", "check_in")
    visit.move("preceptor", "interview")
    visit.move("preceptor", "together")
    visit.move("preceptor", "wrap_up")
    amina.locator("[data-submit]").click()
    expect(osei.locator("[data-cosign]")).to_be_visible()
    amina.context.set_offline(True)
    box(amina, "plan").press_sequentially(" and tea")
    expect(amina.locator("[data-saved]")).to_have_text("On this device only")
    osei.locator("[data-cosign]").click()
    expect(osei.locator("#note [data-state]")).to_have_text("Co-signed")
    amina.context.set_offline(False)
    expect(amina.locator("[data-notice]")).to_contain_text("not in the record")
    expect(box(amina, "plan")).to_have_value("Rest and tea")
    expect(box(osei, "plan")).to_have_value("Rest")
    amina.locator("[data-forget]").click()
    expect(box(amina, "plan")).to_have_value("Rest")
    expect(amina.locator("[data-notice]")).to_contain_text("never changes now")


def test_the_patient_reads_the_summary_in_the_room(visit: Visit) -> None:
    amina = visit.pages["learner"]
    patient = visit.join("patient")
    expect(patient.locator("#summary")).to_be_hidden()
    amina.locator("#summary-draft").fill("It is a cold. Drink tea.")
    amina.locator("#summary form button").click()
    expect(patient.locator("[data-summary-text]")).to_have_text("It is a cold. Drink tea.")
    expect(patient.locator("#note")).to_have_count(0)


def test_a_still_of_the_patient_alone_is_taken_looked_at_kept_and_seen_by_its_audience(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    patient = visit.join("patient")
    visit.move("preceptor", "check_in")
    visit.move("preceptor", "interview")
    take = amina.locator("[data-choices] button", has_text="Rivera")
    take.click()
    amina.locator("[data-preview] [value=drop]").click()
    expect(amina.locator("[data-stills] li")).to_have_count(0)
    expect(amina.locator("[data-choices] button")).to_have_count(1)
    take.click()
    expect(amina.locator("[data-preview] canvas")).to_be_visible()
    amina.locator("#still-caption").fill("Left forearm")
    amina.locator("[data-preview] [value=keep]").click()
    still = osei.locator("[data-stills] img")
    expect(still).to_have_count(1)
    expect(still).to_have_attribute("alt", "Left forearm")
    eventually(lambda: bool(osei.evaluate("document.querySelector('[data-stills] img').naturalWidth > 0")))
    expect(amina.locator("[data-stills]")).to_contain_text("Care team only")
    expect(patient.locator("[data-stills] li")).to_have_count(0)


def test_a_still_taken_offline_goes_out_later_and_only_once(visit: Visit) -> None:
    amina, osei = visit.pages["learner"], visit.pages["preceptor"]
    visit.join("patient")
    visit.move("preceptor", "check_in")
    amina.locator("[data-choices] button").first.wait_for()
    amina.context.set_offline(True)
    amina.locator("[data-choices] button").first.click()
    amina.locator("[data-preview] [value=keep]").click()
    expect(amina.locator("[data-stills]")).to_contain_text("On this device only")
    amina.context.set_offline(False)
    expect(osei.locator("[data-stills] li")).to_have_count(1)
    expect(amina.locator("[data-stills]")).to_contain_text("Care team only")
    expect(amina.locator("[data-stills] li")).to_have_count(1)
