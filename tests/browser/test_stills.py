"""A sharp picture on demand, in real browsers: asked for, taken at the patient's side, cut off on its way, and here."""

from __future__ import annotations

import random
import struct

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.browser.test_accessibility import violations
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH, HEIGHT = 160, 120


def noise() -> bytes:
    """A picture of the simplest kind that no encoder makes small."""
    pixels = random.Random(7).randbytes(WIDTH * HEIGHT * 3)
    head = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels


def test_a_picture_that_is_asked_for_arrives_while_voice_goes_on_though_the_line_dies_and_the_page_too(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    # Requests that a service worker makes cannot be cut off from here.
    thin = make_page(service_workers="block")
    thin.add_init_script("localStorage.setItem('farward.connection', JSON.stringify({pin: 'voice'}))")
    patient, learner = visit.join("patient", thin), visit.join("learner")
    visit.move("learner", "check_in")
    eventually(lambda: patient.evaluate("farward.ladder()?.rung") == "voice")
    patient.set_viewport_size({"width": 320, "height": 640})
    learner.fill("#still-what", "The rash on the arm")
    learner.get_by_role("button", name="Ask for a sharp picture").click()
    expect(learner.locator("[data-ask-state]")).to_have_text("Elena Rivera has been asked and has not answered yet.")
    asked = patient.locator(".notice", has_text="Amina Yusuf asks for a sharp picture: The rash on the arm")
    asked.get_by_role("button", name="Take the picture").click()
    dialog = patient.locator("[data-preview]")
    expect(dialog.locator("[data-verdict]")).not_to_be_empty()
    expect(dialog.locator("[data-colour]")).not_to_be_empty()
    whole = patient.evaluate("document.querySelector('[data-preview-image]').width")
    dialog.get_by_text("Cut out a part").click()
    dialog.get_by_label("How much of it, in percent").press("Home")
    assert patient.evaluate("document.querySelector('[data-preview-image]').width") < whole
    assert violations(Axe().run(patient).response) == []
    assert patient.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    dialog.get_by_role("button", name="Do not send").click()

    pieces: list[str] = []

    def dies_after_the_first(route: Route) -> None:
        pieces.append(route.request.url.rsplit("/", 1)[1])
        if len(pieces) == 1:
            route.continue_()
        else:
            route.abort()

    patient.route("**/captures/*/from/*", dies_after_the_first)
    # With the camera off, the phone's own program is asked for the picture.
    patient.click("#cam")
    with patient.expect_file_chooser() as chooser:
        asked.get_by_role("button", name="Take the picture").click()
    chooser.value.set_files({"name": "arm.bmp", "mimeType": "image/bmp", "buffer": noise()})
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(patient.locator("[data-stills] li")).to_contain_text("On its way")
    assert visit.hears("learner", "patient")
    assert pieces[:2] == ["0", "2048"]
    patient.unroute("**/captures/*/from/*")
    patient.reload()
    wait_connected(patient)
    shown = learner.locator("[data-stills] a img")
    expect(shown).to_have_count(1)
    eventually(lambda: shown.evaluate("image => { image.loading = 'eager'; return image.naturalWidth > 0; }"))
    expect(learner.locator("[data-ask-state]")).to_be_empty()
    expect(patient.locator(".notice", has_text="asks for a sharp picture")).to_have_count(0)


def test_a_patient_is_asked_for_a_picture_only_after_a_yes_and_may_still_say_no(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page, kind="clinic")
    patient, learner = visit.join_all("patient", "learner")
    expect(patient.locator("#capture")).to_be_hidden()
    expect(learner.get_by_role("button", name="Ask for a sharp picture")).to_have_count(0)
    patient.locator(".consent", has_text="Pictures are kept").locator("summary").click()
    patient.click("[data-consent='stills:given']")
    learner.get_by_role("button", name="Ask for a sharp picture").click()
    asked = patient.locator(".notice", has_text="Amina Yusuf asks for a sharp picture.")
    asked.get_by_role("button", name="Take the picture").click()
    patient.locator("[data-preview]").get_by_role("button", name="Do not send").click()
    asked.get_by_role("button", name="Not now").press("Enter")
    expect(asked).to_have_count(0)
    expect(learner.locator("[data-ask-state]")).to_have_text("Elena Rivera does not send a picture now.")
