"""Without a network: the room opens from the device, what is written there is sent later, and the lease ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Worker, expect

from tests.browser.rooms import Visit, eventually, state_of, wait_connected, write
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAYS_MS = 24 * 3600 * 1000
KEPT = """new Promise((resolve, reject) => {
  const opening = indexedDB.open("farward-kept", 1);
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onsuccess = () => {
    const asked = opening.result.transaction("rooms").objectStore("rooms").getAll();
    asked.onsuccess = () => {
      opening.result.close();
      resolve(asked.result.map((room) => ({
        seat: room.seat, extractable: room.key.extractable, bytes: [...new Uint8Array(room.sealed)],
      })));
    };
  };
})"""


#: While `sessionStorage.cut` is set nothing of the live channel comes through, and everything else does.
CUT = """
const Socket = globalThis.WebSocket;
const ask = globalThis.fetch.bind(globalThis);
globalThis.WebSocket = function (...given) {
  if (!sessionStorage.cut) return new Socket(...given);
  const dead = { readyState: 0, send() {}, close() {} };
  setTimeout(() => { dead.readyState = 3; dead.onerror?.(); }, 30);
  return dead;
};
globalThis.fetch = (url, ...rest) =>
  sessionStorage.cut && String(url).includes("/frames") ? Promise.reject(new TypeError("cut")) : ask(url, ...rest);
"""
RUNS = "navigator.serviceWorker.controller.scriptURL.slice(location.origin.length)"


def kept_rooms(page: Page) -> list[dict[str, object]]:
    """What this device keeps of rooms, by its own database; nothing while there is none yet."""
    found: list[dict[str, object]] = page.evaluate(f"({KEPT}).catch(() => [])")
    return found


def join_and_keep(visit: Visit, role: str = "learner") -> Page:
    page = visit.join(role)
    eventually(lambda: len(kept_rooms(page)) == 1)
    return page


def worker_of(page: Page) -> Worker:
    return page.context.service_workers[0]


def test_a_room_opens_without_a_network_and_what_is_written_in_it_is_sent_later(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    learner = join_and_keep(visit)
    write(learner, "Said with a network")
    eventually(lambda: state_of(learner, "with a network") == "Sent")
    address = learner.url
    server.kill()
    learner.goto(address)
    expect(learner.locator("#notices")).to_contain_text("You see the visit as of")
    expect(learner.locator("#thread")).to_contain_text("Said with a network")
    write(learner, "Written on the road")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    learner.goto(f"{server.url}/")
    expect(learner.locator("h1")).to_have_text("There is no connection now")
    learner.click("main a")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    server.start()
    wait_connected(learner)
    eventually(lambda: state_of(learner, "on the road") == "Sent")
    expect(learner.locator(".entry", has_text="on the road")).to_have_count(1)


def test_what_is_kept_of_a_room_is_sealed_and_no_page_about_a_person_lies_in_the_cache(
    make_server: MakeServer, make_page: MakePage
) -> None:
    visit = Visit.book(make_server(), make_page)
    learner = join_and_keep(visit)
    (room,) = kept_rooms(learner)
    assert room["extractable"] is False
    assert b"Rivera" not in bytes(room["bytes"])  # type: ignore[call-overload]
    paths = learner.evaluate(
        """caches.keys()
          .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
          .then((found) => found.flat().map(({ url }) => new URL(url).pathname))"""
    )
    assert "/offline" in paths
    assert [path for path in paths if path != "/offline" and not path.startswith("/static/")] == []


def test_after_seven_days_without_a_network_the_room_is_forgotten_and_what_was_not_sent_stays(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    learner = join_and_keep(visit)
    address = learner.url
    server.kill()
    write(learner, "Written on the road")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    real = "globalThis.realNow ??= Date.now.bind(Date); Date.now = () => realNow() + "
    worker_of(learner).evaluate(f"{real}{6.9 * DAYS_MS}")
    learner.goto(address)
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    worker_of(learner).evaluate(f"{real}{5 * DAYS_MS}")
    learner.goto(address)
    expect(learner.locator("h1")).to_have_text("There is no connection now")
    assert len(kept_rooms(learner)) == 1
    worker_of(learner).evaluate(f"{real}{7.1 * DAYS_MS}")
    learner.goto(address)
    expect(learner.locator("h1")).to_have_text("There is no connection now")
    assert kept_rooms(learner) == []
    server.start()
    learner.goto(address)
    wait_connected(learner)
    eventually(lambda: state_of(learner, "on the road") == "Sent")


def test_signing_out_forgets_the_room_on_this_device(make_server: MakeServer, make_page: MakePage) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    learner = join_and_keep(visit)
    learner.goto(f"{server.url}/")
    learner.click("details.menu summary")
    learner.get_by_role("button", name="Sign out").click()
    eventually(lambda: kept_rooms(learner) == [])


def test_leaving_forgets_the_room_on_this_device(make_server: MakeServer, make_page: MakePage) -> None:
    patient = join_and_keep(Visit.book(make_server(), make_page), "patient")
    patient.goto(f"{patient.url}left")
    eventually(lambda: kept_rooms(patient) == [])


def test_a_new_version_waits_for_the_person_while_something_is_not_sent_and_loses_nothing(
    make_server: MakeServer, make_page: MakePage
) -> None:
    visit = Visit.book(make_server(), make_page)
    page = make_page()
    page.add_init_script(CUT)
    learner = visit.join("learner", page)
    eventually(lambda: len(kept_rooms(learner)) == 1)
    learner.evaluate("sessionStorage.cut = 'yes'")
    learner.reload()
    write(learner, "Written before the update")
    eventually(lambda: state_of(learner, "before the update") == "On this device only")
    # Another address makes another worker of the same scope, as a new version does.
    learner.evaluate("navigator.serviceWorker.register('/sw.js?next').then(() => null)")
    expect(learner.locator("#notices")).to_contain_text("A new version is ready. What you wrote stays.")
    assert learner.evaluate(RUNS) == "/sw.js"
    learner.get_by_role("button", name="Use the new version").click()
    eventually(lambda: learner.evaluate(RUNS) == "/sw.js?next")
    assert state_of(learner, "before the update") == "On this device only"
    learner.evaluate("sessionStorage.removeItem('cut')")
    eventually(lambda: state_of(learner, "before the update") == "Sent")
    expect(learner.locator(".entry", has_text="before the update")).to_have_count(1)
