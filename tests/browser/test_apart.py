"""Written apart and come together later: two devices of one person, a closed visit, a full and a cleared device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import heal, lying_in, open_pack
from tests.browser.rooms import Visit, eventually, state_of, wait_connected, write
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def count_unsent(visit: Visit, page: Page) -> int:
    """Without what the device notes by itself."""
    return sum(not row.get("quiet") for row in lying_in(page, f"farward-{visit.seat('learner')}", "outbox"))


def test_a_note_written_on_two_devices_of_one_person_without_a_network_becomes_one(
    make_server: MakeServer, make_page: MakePage
) -> None:
    # A school of its own: its learner has this one visit to take along.
    server = make_server()
    visit = Visit.book(server, make_page)
    phone, laptop = (open_pack(visit, make_page()) for _device in range(2))
    phone.fill("#note-subjective", "Coughs at night.")
    laptop.fill("#note-plan", "X-ray.")
    for page in (phone, laptop):
        expect(page.locator("[data-saved]")).to_have_text("On this device only")
    heal(phone)
    wait_connected(phone)
    expect(phone.locator("[data-saved]")).to_have_text("Sent")
    heal(laptop)
    expect(laptop.locator("#ended")).to_be_visible()
    assert count_unsent(visit, laptop) > 0
    visit.join("learner", laptop)
    expect(laptop.locator("[data-saved]")).to_have_text("Sent")
    expect(laptop.locator("#note-subjective")).to_have_value("Coughs at night.")
    expect(laptop.locator("#note-plan")).to_have_value("X-ray.")
    assert count_unsent(visit, laptop) == 0


def test_what_comes_after_the_close_is_merged_where_it_may_and_else_shown_with_the_reason(
    make_server: MakeServer, make_page: MakePage
) -> None:
    # A school of its own: its learner has this one visit to take along.
    server = make_server()
    visit = Visit.book(server, make_page, kind="seminar", roles=["learner", "preceptor"])
    learner = open_pack(visit, make_page())
    write(learner, "Said too late", to="Everyone in the visit")
    learner.fill("#note-plan", "Rest.")
    expect(learner.locator("[data-saved]")).to_have_text("On this device only")
    assert server.call("close", encounter=visit.booking["encounter"]) == "ok"
    heal(learner)
    wait_connected(learner)
    eventually(lambda: state_of(learner, "too late") == "This visit is closed. This can no longer be added.")
    expect(learner.locator("[data-saved]")).to_have_text("Sent")
    learner.reload()
    wait_connected(learner)
    assert state_of(learner, "too late") == "This visit is closed. This can no longer be added."
    learner.locator(".entry", has_text="too late").get_by_role("button", name="Remove").click()
    expect(learner.locator(".entry", has_text="too late")).to_have_count(0)


def test_on_a_full_device_the_words_stay_in_the_box_and_a_cleared_one_says_so(
    make_server: MakeServer, make_page: MakePage
) -> None:
    # A school of its own: its learner has this one visit to take along.
    server = make_server()
    visit = Visit.book(server, make_page)
    page = make_page()
    page.add_init_script("""
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (row) {
        if (sessionStorage.full && this.name === "outbox") throw new DOMException("full", "QuotaExceededError");
        return put.call(this, row);
      };
    """)
    learner = open_pack(visit, page)
    # Where the part of the page has come that marks what waits.
    expect(learner.locator("#sending-allow")).to_have_text("Send now by mobile data")
    write(learner, "Kept while there was room")
    eventually(lambda: state_of(learner, "while there was room") == "On this device only")
    learner.evaluate("sessionStorage.full = 'yes'")
    write(learner, "No room for this")
    expect(learner.locator("#notices")).to_contain_text("This device is full, so your message could not be kept.")
    expect(learner.locator("#text")).to_have_value("No room for this")
    assert count_unsent(visit, learner) == 1
    learner.goto(f"{server.url}/offline")
    learner.evaluate(
        """(name) => new Promise((resolve) => {
          const gone = indexedDB.deleteDatabase(name);
          gone.onsuccess = gone.onblocked = () => resolve();
        })""",
        f"farward-{visit.seat('learner')}",
    )
    learner.goto(f"{server.url}/s/{visit.seat('learner')}/")
    expect(learner.locator("#notices")).to_contain_text("What you wrote here and had not sent may be lost: 1 entries.")
    heal(learner)
    wait_connected(learner)
    expect(learner.locator("#brief")).to_contain_text("Cough for two weeks.")
