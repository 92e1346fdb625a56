"""A whole call in real browsers: who hears and sees whom in each phase, measured at the receiver."""

from __future__ import annotations

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]


def test_three_people_come_in_and_together_all_hear_and_see_all(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join_all("patient", "learner", "preceptor")
    for phase in ("check_in", "interview", "together"):
        visit.move("learner", phase)
    roles = ("patient", "learner", "preceptor")
    for receiver in roles:
        for sender in set(roles) - {receiver}:
            eventually(lambda r=receiver, s=sender: visit.received(r, s)["audioEnergy"] > 0.01)  # type: ignore[misc]
            eventually(lambda r=receiver, s=sender: visit.received(r, s)["videoFrames"] > 5)  # type: ignore[misc]
            eventually(lambda r=receiver, s=sender: visit.sees(r, s))  # type: ignore[misc]


def test_in_the_hallway_nothing_of_the_staff_reaches_the_patient(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, _learner, _preceptor = visit.join_all("patient", "learner", "preceptor")
    visit.move("learner", "check_in")
    visit.move("learner", "interview")
    eventually(lambda: visit.hears("patient", "learner"))

    visit.move("learner", "hallway")
    eventually(lambda: visit.hears("learner", "preceptor"))
    expect(patient.locator("#hold-why")).to_contain_text("about how to help you")
    expect(patient.locator("#hold-privacy")).to_have_text("Nobody can see or hear you now, and you cannot hear them.")
    assert patient.evaluate("farward.links()") == []
    assert patient.evaluate("[...document.querySelectorAll('audio, .tile:not(.own) video')].every(e => !e.srcObject)")
    assert not visit.hears("patient", "learner")
    assert not visit.hears("patient", "preceptor")
    assert not visit.hears("learner", "patient")

    visit.move("learner", "together")
    expect(patient.locator("#hold")).to_be_hidden()
    eventually(lambda: visit.hears("patient", "preceptor"))


def test_silent_listening_is_shown_to_all_and_sends_nothing(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner, preceptor = visit.join_all("patient", "learner", "preceptor")
    visit.move("learner", "check_in")
    preceptor.click("[data-stance=listening]")
    told = "Dr Kwame Osei is listening. You cannot hear them."
    expect(patient.locator("#listeners")).to_contain_text(told)
    expect(learner.locator("#listeners")).to_contain_text(told)
    eventually(lambda: visit.hears("preceptor", "patient"))
    assert not visit.hears("patient", "preceptor")


def test_a_whisper_is_heard_by_the_learner_and_not_by_the_patient(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner, preceptor = visit.join_all("patient", "learner", "preceptor")
    visit.move("learner", "check_in")
    visit.move("learner", "interview")
    preceptor.focus("#whisper")
    preceptor.keyboard.press("Enter")
    eventually(lambda: visit.hears("learner", "preceptor"))
    assert not visit.hears("patient", "preceptor")
    expect(learner.locator("#whispers")).to_contain_text("is whispering to you. Nobody else hears it.")
    expect(patient.locator("#whispers")).to_be_hidden()
    preceptor.focus("#whisper")
    preceptor.keyboard.press("Enter")
    eventually(lambda: not visit.hears("learner", "preceptor"))


def test_a_held_button_whispers_as_long_as_it_is_held(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    visit.move("learner", "check_in")
    preceptor.hover("#whisper")
    preceptor.mouse.down()
    eventually(lambda: visit.hears("learner", "preceptor"))
    preceptor.mouse.up()
    expect(learner.locator("#whispers")).to_be_hidden()
    expect(preceptor.locator("#whisper")).to_have_attribute("aria-pressed", "false")


def test_the_preceptor_mutes_a_seat_and_its_sound_stops(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    eventually(lambda: visit.hears("preceptor", "learner"))
    preceptor.click(f".tile[data-seat='{visit.seat('learner')}'] summary")
    preceptor.get_by_role("button", name="Mute", exact=True).click()
    eventually(lambda: not visit.hears("preceptor", "learner"))
    learner.click("#mic")
    expect(learner.locator("#notices")).to_contain_text("The preceptor has muted you.")


def test_a_seat_that_is_removed_is_told_so_and_cut_off(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, preceptor = visit.join_all("patient", "preceptor")
    preceptor.click(f".tile[data-seat='{visit.seat('patient')}'] summary")
    preceptor.get_by_role("button", name="Remove from the visit").click()
    preceptor.locator("#confirm [value=yes]").click()
    expect(patient.locator("#ended")).to_be_visible()
    assert patient.evaluate("farward.status()") == "ended"
    expect(preceptor.locator(f".tile[data-seat='{visit.seat('patient')}']")).to_have_count(0)


def test_a_camera_that_is_switched_off_stops_sending(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    tile = preceptor.locator(f".tile[data-seat='{visit.seat('learner')}']")
    eventually(lambda: "seen" in (tile.get_attribute("class") or ""))
    learner.click("#cam")
    eventually(lambda: "seen" not in (tile.get_attribute("class") or ""))
    before = visit.received("preceptor", "learner")["videoFrames"]
    preceptor.wait_for_timeout(1500)
    assert visit.received("preceptor", "learner")["videoFrames"] - before < 3


def test_one_may_join_without_camera_and_microphone(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("preceptor")
    learner = visit.open_lobby("learner", make_page())
    learner.click("#without")
    wait_connected(learner)
    visit.pages["learner"] = learner
    eventually(lambda: visit.hears("learner", "preceptor"))
    assert visit.received("preceptor", "learner")["bytes"] == 0
    expect(learner.locator("#mic")).to_have_attribute("aria-pressed", "false")


def test_a_reloaded_page_is_heard_again(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, _preceptor = visit.join_all("learner", "preceptor")
    eventually(lambda: visit.hears("preceptor", "learner"))
    learner.reload()
    eventually(lambda: visit.hears("preceptor", "learner"))
    eventually(lambda: visit.hears("learner", "preceptor"))


def test_a_call_comes_about_though_the_first_signals_are_lost(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("preceptor")
    learner = make_page()
    lost: list[str] = []

    def drop_first_signals(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def from_server(message: str | bytes) -> None:
            if '"t":"signal"' in str(message) and len(lost) < 3:
                lost.append(str(message))
            else:
                route.send(message)

        server.on_message(from_server)

    learner.route_web_socket("**/live", drop_first_signals)
    visit.join("learner", learner)
    eventually(lambda: visit.hears("learner", "preceptor"), seconds=60)
    assert len(lost) == 3
    assert visit.hears("preceptor", "learner")


def test_a_broken_connection_is_made_anew_by_itself(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("preceptor")
    learner = make_page()
    learner.add_init_script(
        "const Real = RTCPeerConnection; window.made = [];"
        "window.RTCPeerConnection = class extends Real { constructor(c) { super(c); window.made.push(this); } };"
    )
    visit.join("learner", learner)
    eventually(lambda: visit.hears("preceptor", "learner"))
    # As when the browser's network process dies: nobody says a word about it.
    learner.evaluate("made.forEach(pc => pc.close())")
    eventually(lambda: visit.hears("preceptor", "learner"), seconds=40)
    eventually(lambda: visit.hears("learner", "preceptor"))


def test_a_whisper_that_was_on_before_a_reload_is_shown_and_ends_with_a_press(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    visit.move("learner", "check_in")
    preceptor.focus("#whisper")
    preceptor.keyboard.press("Enter")
    expect(learner.locator("#whispers")).to_be_visible()
    preceptor.reload()
    wait_connected(preceptor)
    expect(preceptor.locator("#whisper")).to_have_attribute("aria-pressed", "true")
    preceptor.click("#whisper")
    expect(learner.locator("#whispers")).to_be_hidden()
    expect(preceptor.locator("#whisper")).to_have_attribute("aria-pressed", "false")
