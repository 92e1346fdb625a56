"""An encounter held wholly by messages, in real browsers that are never open at the same time."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.rooms import eventually, wait_connected, write
from tests.browser.test_accessibility import violations
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: One green pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
KOFI, AMINA, OSEI = "kofi@school.example", "amina@school.example", "osei@school.example"
PEOPLE = {
    KOFI: ("Kofi Mensah", "coordinator"),
    AMINA: ("Amina Yusuf", "learner"),
    OSEI: ("Dr Kwame Osei", "preceptor"),
}


@dataclass
class Held:
    """One encounter by messages. Each person comes in a page of their own, and goes again."""

    server: Server
    make_page: MakePage
    cookies: dict[str, dict[str, str]]
    phone: Page
    link: str = ""
    address: str = ""

    def staff(self, email: str) -> Page:
        page = self.make_page(cookies=[self.cookies[email]])
        page.goto(f"{self.server.url}{self.address}")
        page.click("form[action$='/enter'] button")
        return come_in(page)

    def patient(self) -> Page:
        self.phone.goto(self.link)
        return come_in(self.phone)


@pytest.fixture
def held(farward_server: Server, make_page: MakePage) -> Held:
    cookies = {email: farward_server.sign_in(email, name=name, role=role) for email, (name, role) in PEOPLE.items()}
    return Held(farward_server, make_page, cookies, make_page(width=360, height=740))


def test_from_booking_to_the_signed_note_without_anybody_meeting(held: Held) -> None:
    held.link, held.address = book_by_messages(held.make_page(cookies=[held.cookies[KOFI]]), held.server)
    the_learner_greets(held)
    the_patient_agrees_and_answers_by_voice(held)
    the_learner_takes_the_history_and_asks_for_a_picture(held)
    the_patient_sends_the_picture(held)
    the_learner_hands_over(held)
    the_answer_is_late_and_watched(held)
    the_preceptor_answers(held)
    the_learner_tells_the_patient_and_hands_the_note_in(held)
    the_patient_reads_what_is_for_them(held)
    the_preceptor_signs_and_closes(held)
    the_record_is_as_of_any_visit(held)


def the_learner_greets(held: Held) -> None:
    learner = held.staff(AMINA)
    expect(learner.locator("#answer-time")).to_have_text("The preceptor answers a question within 24 hours.")
    expect(learner.locator("#mic")).to_be_hidden()
    assert learner.evaluate("farward.links()") == []
    write(learner, "What brings you here?", to="Everyone in the visit")
    move(learner, "check_in")
    expect(learner.locator("#moves")).to_contain_text("has not yet agreed")
    learner.close()


def the_patient_agrees_and_answers_by_voice(held: Held) -> None:
    patient = held.patient()
    for purpose in ("visit", "learner", "stills"):
        consent = patient.locator(f"[data-consent='{purpose}:given']")
        if not consent.is_visible():
            patient.locator(".consent", has=consent).locator("summary").click()
        consent.click()
        expect(patient.locator(".consent .pill", has_text="Agreed").first).to_be_visible()
    expect(patient.locator("#thread")).to_contain_text("What brings you here?")
    patient.locator("#clip-record").click()
    expect(patient.locator("#clip-time")).to_contain_text("Recording 0:01")
    patient.locator("#clip-send").click()
    expect(patient.locator(".entry.own.clip .state")).to_have_text("Sent")
    patient.goto("about:blank")


def the_learner_takes_the_history_and_asks_for_a_picture(held: Held) -> None:
    learner = held.staff(AMINA)
    expect(learner.locator(".entry.clip")).to_contain_text("Not heard yet")
    move(learner, "interview")
    write(learner, "Since when? Is it worse at night?", to="Everyone in the visit")
    learner.fill("#still-what", "Your inhaler")
    learner.get_by_role("button", name="Ask for a sharp picture").click()
    expect(learner.locator("[data-ask-state]")).to_contain_text("has not answered yet")
    looks_right(learner)
    learner.close()


def the_patient_sends_the_picture(held: Held) -> None:
    patient = held.patient()
    asked = patient.locator(".notice", has_text="Amina Yusuf asks for a sharp picture: Your inhaler")
    with patient.expect_file_chooser() as chooser:
        asked.get_by_role("button", name="Take the picture").press("Enter")
    chooser.value.set_files({"name": "inhaler.png", "mimeType": "image/png", "buffer": base64.b64decode(PIXEL)})
    patient.get_by_role("button", name="Send", exact=True).and_(patient.locator("[data-preview] button")).click()
    expect(patient.locator("[data-stills] a img")).to_have_count(1)
    looks_right(patient)
    patient.goto("about:blank")


def the_learner_hands_over(held: Held) -> None:
    learner = held.staff(AMINA)
    expect(learner.locator("[data-stills] a img")).to_have_count(1)
    move(learner, "hallway")
    expect(learner.locator("#moves")).to_contain_text("The preceptor has not answered yet.")
    learner.fill("#handover-text", "Cough for two weeks, worse at night. Is it asthma?")
    learner.get_by_role("button", name="Send to the preceptor").click()
    expect(learner.locator(".entry.question .state")).to_have_text("Sent")
    expect(learner.locator("#answer-time")).to_contain_text("There are 23 hours left.")
    learner.close()


def the_answer_is_late_and_watched(held: Held) -> None:
    """A day goes by: the preceptor is reminded, the coordinator sees it, and the learner is told."""
    home = held.make_page(cookies=[held.cookies[OSEI]])
    home.goto(f"{held.server.url}/")
    waiting = home.locator("section", has_text="Questions waiting for your answer").last
    expect(waiting).to_contain_text("Answer due in 23")
    encounter = held.address.strip("/").rpartition("/")[2]
    assert OSEI in held.server.call("let_hours_pass", encounter=encounter, hours=26)["told"]
    for email, path in ((OSEI, "/"), (OSEI, "/tower/"), (KOFI, "/")):
        page = held.make_page(cookies=[held.cookies[email]])
        page.goto(f"{held.server.url}{path}")
        expect(page.locator("main")).to_contain_text("Answer overdue by 2")
        page.close()
    learner = held.staff(AMINA)
    expect(learner.locator("#answer-time.late")).to_be_visible()
    learner.close()


def the_preceptor_answers(held: Held) -> None:
    preceptor = held.staff(OSEI)
    expect(preceptor.locator(".entry.question")).to_contain_text("Is it asthma?")
    preceptor.fill("#handover-text", "Likely. Explain the spacer, and see her again in two weeks.")
    preceptor.get_by_role("button", name="Send the answer").click()
    expect(preceptor.locator(".entry.answer .state")).to_have_text("Sent")
    preceptor.close()


def the_learner_tells_the_patient_and_hands_the_note_in(held: Held) -> None:
    learner = held.staff(AMINA)
    expect(learner.locator("#next")).to_contain_text("The preceptor has answered.")
    move(learner, "together")
    write(learner, "It is likely asthma. We see you again in two weeks.", to="Everyone in the visit")
    move(learner, "wrap_up")
    learner.locator("[data-section=subjective] textarea").first.fill("Cough for two weeks, worse at night.")
    learner.locator("[data-submit]").click()
    expect(learner.locator("#note [data-state]")).to_have_text("Waiting for co-signature")
    learner.close()


def the_patient_reads_what_is_for_them(held: Held) -> None:
    patient = held.patient()
    expect(patient.locator("#thread")).to_contain_text("It is likely asthma.")
    expect(patient.locator("#thread")).not_to_contain_text("spacer")
    patient.goto("about:blank")


def the_preceptor_signs_and_closes(held: Held) -> None:
    preceptor = held.staff(OSEI)
    preceptor.locator("[data-cosign]").click()
    expect(preceptor.locator("#note [data-state]")).to_have_text("Co-signed")
    move(preceptor, "debrief", sure=True)
    preceptor.locator("#summary-draft").fill("It is likely asthma. Use the spacer.")
    preceptor.locator("#summary form button").click()
    expect(preceptor.locator("#summary")).to_contain_text("Use the spacer.")
    move(preceptor, "closed", sure=True)
    preceptor.close()


def the_record_is_as_of_any_visit(held: Held) -> None:
    """The debrief tells the course with question and answer, the patient's own link leads to the summary."""
    debrief = held.make_page(cookies=[held.cookies[OSEI]])
    debrief.goto(f"{held.server.url}{held.address}debrief/")
    debrief.get_by_text("The same as a table").click()
    for told in ("Hallway", "Asked the preceptor", "Is it asthma?", "Answered", "Explain the spacer"):
        expect(debrief.locator("main")).to_contain_text(told)
    expect(debrief.locator("ul.stills img")).to_have_count(1)
    held.phone.goto(held.link)
    expect(held.phone.locator("main")).to_contain_text("It is likely asthma. Use the spacer.")
    assert held.server.run("journal", "verify").returncode == 0


def looks_right(page: Page) -> None:
    """Nothing that axe calls serious, and at 320 px nothing is wider than the page, from either side."""
    assert violations(Axe().run(page).response) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    for direction in ("ltr", "rtl"):
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate("document.documentElement.dir = 'ltr'")
    assert before is not None
    page.set_viewport_size(before)


def book_by_messages(desk: Page, server: Server) -> tuple[str, str]:
    """Book at the desk; returns the patient's link and the encounter's own address."""
    desk.goto(f"{server.url}/")
    desk.get_by_role("link", name="Book an encounter").first.click()
    desk.get_by_label("Clinic: a real patient").check()
    desk.get_by_label("By messages, answered later").check()
    desk.get_by_label("The preceptor answers within").select_option(label="24 hours")
    desk.get_by_label("Date").fill(timezone.localdate(timezone.now()).isoformat())
    desk.get_by_label("Time", exact=True).fill("00:30")
    desk.get_by_label("Learner").select_option(label="Amina Yusuf")
    desk.get_by_label("Preceptor", exact=True).select_option(label="Dr Kwame Osei")
    desk.get_by_label("Patient's name").fill("Elena Rivera")
    desk.get_by_label("Reason for the visit").fill("Cough for two weeks.")
    desk.get_by_role("button", name="Book", exact=True).click()
    desk.wait_for_url("**/e/*/")
    address = desk.evaluate("location.pathname")
    desk.get_by_role("button", name="Show the link – Patient").click()
    return desk.locator("input[readonly]").first.input_value(), address


def come_in(page: Page) -> Page:
    """From the page before the room into it."""
    page.wait_for_url("**/lobby")
    page.get_by_role("button", name="Open the conversation").click()
    wait_connected(page)
    return page


def move(page: Page, to: str, *, sure: bool = False) -> None:
    """Press a phase button, say that one is sure where that is asked, and wait until the server agrees."""
    page.click(f"[data-move={to}]")
    if sure:
        page.locator("#confirm [value=yes]").click()
    eventually(lambda: page.evaluate("farward.room().encounter.phase") == to)
