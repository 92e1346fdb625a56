"""Nothing written is lost: without a network, over a reload, with WebSockets blocked, and from another device."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually, state_of, wait_connected, write
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A network that lets no WebSocket through: each attempt fails as it does in a browser.
BLOCK_WEBSOCKETS = """
window.WebSocket = class {
  constructor() { this.readyState = 0; setTimeout(() => { this.readyState = 3; this.onerror?.(); }, 30); }
  send() {}
  close() {}
};
"""


def test_a_message_says_sent_once_the_server_has_it_and_reaches_whom_it_names(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    patient, learner, preceptor = visit.join_all("patient", "learner", "preceptor")
    write(learner, "Shall I ask about weight loss?")
    write(learner, "How long have you had it?", to="Everyone in the visit")
    eventually(lambda: state_of(learner, "weight loss") == "Sent")
    expect(preceptor.locator("#thread")).to_contain_text("Shall I ask about weight loss?")
    expect(patient.locator("#thread")).to_contain_text("How long have you had it?")
    expect(patient.locator("#thread")).not_to_contain_text("weight loss")


def test_staff_write_to_the_care_team_unless_they_choose_and_are_warned_when_the_patient_reads(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, _preceptor = visit.join_all("learner", "preceptor")
    chosen = learner.locator("#compose [name=audience]")
    expect(chosen.locator("option:checked")).to_have_text("Learner and preceptor only")
    expect(learner.locator("#reach")).to_be_empty()
    learner.select_option("#compose [name=audience]", label="Everyone in the visit")
    expect(learner.locator("#reach")).to_have_text("The patient's side will read this.")
    visit.move("learner", "check_in")
    expect(chosen.locator("option:checked")).to_have_text("Learner and preceptor only")


def test_what_is_written_without_a_network_is_kept_and_sent_later(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = visit.join_all("learner", "preceptor")
    learner.context.set_offline(True)
    expect(learner.locator("#status")).to_have_text("No connection. Trying again…")
    write(learner, "Written on the road")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    expect(learner.locator("#unsent")).to_contain_text("One thing you wrote is on this device only.")
    learner.context.set_offline(False)
    eventually(lambda: state_of(learner, "on the road") == "Sent")
    expect(preceptor.locator("#thread")).to_contain_text("Written on the road")
    expect(learner.locator(".entry", has_text="on the road")).to_have_count(1)


def test_what_waits_on_the_device_outlives_a_reload(make_server: MakeServer, make_page: MakePage) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    learner = visit.join("learner")
    server.kill()
    write(learner, "Before the lights went out")
    eventually(lambda: state_of(learner, "lights") == "On this device only")
    learner.goto("about:blank")
    server.start()
    learner.go_back()
    wait_connected(learner)
    eventually(lambda: state_of(learner, "lights") == "Sent")
    expect(learner.locator(".entry", has_text="lights")).to_have_count(1)


def test_calls_go_on_while_the_server_restarts(make_server: MakeServer, make_page: MakePage) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    learner, _preceptor = visit.join_all("learner", "preceptor")
    eventually(lambda: visit.hears("preceptor", "learner"))
    links = [link["link"] for link in learner.evaluate("farward.links()")]
    server.kill()
    assert visit.hears("preceptor", "learner")
    server.start()
    wait_connected(learner)
    assert [link["link"] for link in learner.evaluate("farward.links()")] == links
    assert visit.hears("preceptor", "learner")


def test_where_websockets_are_blocked_the_page_takes_the_slower_way_by_itself(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("preceptor")
    learner = make_page()
    learner.add_init_script(BLOCK_WEBSOCKETS)
    visit.open_lobby("learner", learner)
    learner.click("#join")
    wait_connected(learner, "polling")
    visit.pages["learner"] = learner
    expect(learner.locator("#status")).to_have_text("Connected by a slower way")
    write(learner, "By the slower way")
    eventually(lambda: state_of(learner, "slower way") == "Sent")
    write(visit.pages["preceptor"], "I read you")
    expect(learner.locator("#thread")).to_contain_text("I read you")
    eventually(lambda: visit.hears("learner", "preceptor"))
    eventually(lambda: visit.hears("preceptor", "learner"))


def test_a_second_window_asks_before_it_takes_over_and_the_first_is_told(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    first = visit.join("learner")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_url("**/lobby")
    expect(second.locator("#taken")).to_contain_text("You are already here in another window.")
    assert first.evaluate("farward.status()") == "live"
    second.click("#join")
    wait_connected(second)
    expect(first.locator("#ended")).to_be_visible()
    assert first.evaluate("farward.status()") == "ended"


def test_a_second_device_waits_until_staff_let_it_in_and_then_asks(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    first = visit.join("patient")
    preceptor = visit.join("preceptor")
    second = make_page()
    second.goto(visit.booking["links"]["patient"])
    second.wait_for_url("**/waiting")
    expect(preceptor.locator("#waiting")).to_contain_text("wants to come in with another device")
    preceptor.get_by_role("button", name="Let in", exact=True).click()
    second.wait_for_url("**/lobby")
    expect(second.locator("#taken")).to_contain_text("You are already here on another device")
    assert first.evaluate("farward.status()") == "live"
    second.click("#join")
    wait_connected(second)
    expect(first.locator("#ended")).to_be_visible()


def test_the_same_device_comes_back_by_the_link_without_waiting(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    patient = visit.join("patient")
    patient.click("#leave")
    patient.locator("#confirm [value=yes]").click()
    patient.wait_for_url("**/left")
    expect(patient.locator("h1")).to_have_text("You have left the visit")
    patient.goto(visit.booking["links"]["patient"])
    patient.wait_for_url("**/lobby")
    expect(patient.locator("#taken")).to_have_count(0)
