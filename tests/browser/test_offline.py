"""Without a network: the room opens from the device, what is written there is sent later, and the lease ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, Worker, expect

from tests.browser.keeping import CUT, UNTIL, kept_rooms, lying_in, open_home
from tests.browser.rooms import Visit, eventually, state_of, wait_connected, write
from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAYS_MS = 24 * 3600 * 1000
#: The pages' clock goes by what `set_clock` has said.
CLOCK = """
const real = Date.now.bind(Date);
Date.now = () => real() + Number(localStorage.getItem("days") ?? 0) * 24 * 3600_000;
"""
RUNS = "navigator.serviceWorker.controller.scriptURL.slice(location.origin.length)"


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
    expect(learner.locator("main li")).to_have_text(UNTIL)
    learner.click("main a")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    server.start()
    wait_connected(learner)
    eventually(lambda: state_of(learner, "on the road") == "Sent")
    expect(learner.locator(".entry", has_text="on the road")).to_have_count(1)


def test_what_is_kept_is_sealed_and_no_page_about_a_person_lies_in_the_cache(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner = join_and_keep(visit)
    learner.context.set_offline(True)
    expect(learner.locator("#status")).to_have_text("No connection. Trying again…")
    write(learner, "Written on the road")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    (lease,) = lying_in(learner, "farward-kept", "leases")
    assert lease["extractable"] is False
    seat = f"farward-{visit.seat('learner')}"
    rows = [
        *kept_rooms(learner),
        *(row for store in ("outbox", "entries", "meta") for row in lying_in(learner, seat, store)),
    ]
    assert lying_in(learner, seat, "outbox")
    for words in (b"Rivera", b"on the road", b"Cough"):
        assert [row for row in rows if words in bytes(row["bytes"]) or words.decode() in row["plain"]] == []
    paths = learner.evaluate(
        """caches.keys()
          .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
          .then((found) => found.flat().map(({ url }) => new URL(url).pathname))"""
    )
    assert "/offline" in paths
    assert [path for path in paths if path != "/offline" and not path.startswith("/static/")] == []


def set_clock(page: Page, days: float) -> None:
    """Let the device's clock go on by so many days, for its pages from the next one on and for its worker."""
    worker_of(page).evaluate(
        f"globalThis.realNow ??= Date.now.bind(Date); Date.now = () => realNow() + {days * DAYS_MS}"
    )
    page.evaluate(f"localStorage.setItem('days', {days})")


def test_for_seven_days_without_a_network_the_room_opens_then_it_is_locked_and_nothing_written_is_lost(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    page = make_page()
    page.add_init_script(CLOCK)
    learner = visit.join("learner", page)
    eventually(lambda: len(kept_rooms(learner)) == 1)
    address = learner.url
    server.kill()
    write(learner, "Written on the road")
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    set_clock(learner, 6)
    learner.goto(address)
    eventually(lambda: state_of(learner, "on the road") == "On this device only")
    set_clock(learner, 3)
    learner.goto(address)
    expect(learner.locator(".notice")).to_contain_text("its clock was set back")
    assert len(kept_rooms(learner)) == 1
    set_clock(learner, 8)
    learner.goto(address)
    expect(learner.locator("h1")).to_have_text("There is no connection now")
    expect(learner.locator(".notice")).to_contain_text("what you wrote is still here, locked")
    seat = f"farward-{visit.seat('learner')}"
    assert (
        kept_rooms(learner) == lying_in(learner, "farward-kept", "leases") == lying_in(learner, seat, "entries") == []
    )
    assert lying_in(learner, seat, "outbox")
    server.start()
    learner.goto(address)
    wait_connected(learner)
    eventually(lambda: state_of(learner, "on the road") == "Sent")


def test_leaving_forgets_the_room_on_this_device(farward_server: Server, make_page: MakePage) -> None:
    patient = join_and_keep(Visit.book(farward_server, make_page), "patient")
    with patient.expect_navigation():
        patient.evaluate("location.assign('left')")
    eventually(lambda: kept_rooms(patient) == [])


def test_who_comes_next_on_a_shared_computer_finds_nothing_of_the_account_before(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    page = open_home(server, make_page())
    page.click("#packs-keep")
    expect(page.locator("#packs-said")).to_contain_text("Kept.")
    assert [room["seat"] for room in kept_rooms(page)] == [visit.seat("learner")]
    visit.join("preceptor", page)
    eventually(lambda: [room["seat"] for room in kept_rooms(page)] == [visit.seat("preceptor")])


def test_another_site_can_have_nothing_forgotten_here(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner = join_and_keep(visit)
    kept = kept_rooms(learner)
    forms: list[str] = []
    learner.route("http://stranger.test/", lambda route: route.fulfill(content_type="text/html", body=forms[-1]))
    for method, path in (("post", "/accounts/logout/"), ("get", f"/s/{visit.seat('learner')}/left")):
        forms.append(f'<form method="{method}" action="{farward_server.url}{path}"><button>Win</button></form>')
        learner.goto("http://stranger.test/")
        with learner.expect_navigation():
            learner.click("button")
        assert kept_rooms(learner) == kept


def test_a_new_version_waits_for_the_person_while_something_is_not_sent_and_loses_nothing(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    # Trusted Types let a page of ours register one worker only, and this test needs a second.
    page = make_page(bypass_csp=True)
    page.add_init_script(CUT)
    learner = visit.join("learner", page)
    eventually(lambda: len(kept_rooms(learner)) == 1)
    learner.evaluate("sessionStorage.cut = 'yes'")
    learner.reload()
    write(learner, "Written before the update")
    eventually(lambda: state_of(learner, "before the update") == "On this device only")
    # Where the page has looked for a new version by itself.
    expect(learner.locator("#sending-allow")).to_have_text("Send now by mobile data")
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


def test_coming_visits_are_kept_in_one_press_and_open_without_a_network_with_their_note(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page, starts_in=24 * 60)
    home = open_home(server, make_page())
    line = home.locator(f"[data-seat='{visit.seat('learner')}']")
    expect(line).to_contain_text("Not on this device, about 0.1 MB")
    expect(home.locator("#packs-keep")).to_contain_text("Keep all on this device (about 0.2 MB)")
    home.click("#packs-keep")
    expect(line).to_contain_text("On this device until")
    expect(home.locator("#packs-said")).to_have_text("Kept. You can now open these visits without a connection.")
    server.kill()
    home.goto(f"{server.url}/")
    expect(home.locator("h1")).to_have_text("There is no connection now")
    home.click("main a")
    expect(home.locator("#brief")).to_contain_text("Cough for two weeks.")
    home.fill("#note-subjective", "Coughs since two weeks.")
    expect(home.locator("[data-saved]")).to_contain_text("On this device only")
    write(home, "Prepared on the bus")
    eventually(lambda: state_of(home, "on the bus") == "On this device only")
    home.reload()
    expect(home.locator("#note-subjective")).to_have_value("Coughs since two weeks.")
    # The room would go to the lobby by itself.
    home.goto("about:blank")
    server.start()
    home.goto(f"{server.url}/")
    expect(line).to_contain_text("Written here and not sent yet: ")
    home.click("#packs-forget")
    expect(line).to_contain_text("Not on this device")
    expect(line).to_contain_text("Written here and not sent yet: ")


def test_without_a_network_the_next_visit_stands_first(make_server: MakeServer, make_page: MakePage) -> None:
    server = make_server()
    visits = [Visit.book(server, make_page, starts_in=hours * 60) for hours in (48, 24, 72)]
    home = open_home(server, make_page())
    home.click("#packs-keep")
    expect(home.locator("#packs-said")).to_contain_text("Kept.")
    server.kill()
    home.goto(f"{server.url}/")
    seats = [visits[index].seat("learner") for index in (1, 0, 2)]
    shown = home.locator("main li a")
    expect(shown).to_have_count(3)
    assert [link.get_attribute("href") for link in shown.all()] == [f"/s/{seat}/" for seat in seats]


def test_signing_out_takes_the_keys_away_asks_about_what_is_not_sent_and_the_next_visit_sends_it(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    home = open_home(server, make_page())
    home.click("#packs-keep")
    expect(home.locator("#packs-said")).to_contain_text("Kept.")
    server.kill()
    home.goto(f"{server.url}/s/{visit.seat('learner')}/")
    write(home, "Written on the road")
    eventually(lambda: state_of(home, "on the road") == "On this device only")
    home.goto("about:blank")
    server.start()
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    home.on("dialog", agree)
    home.goto(f"{server.url}/")
    home.click("details.menu summary")
    home.get_by_role("button", name="Sign out").click()
    home.wait_for_url("**/accounts/login/**")
    assert "is sent: 1 left" in asked[0]
    assert kept_rooms(home) == lying_in(home, "farward-kept", "leases") == []
    again = visit.join("learner", home)
    eventually(lambda: state_of(again, "on the road") == "Sent")
    eventually(lambda: len(kept_rooms(again)) == 1)


def test_on_wi_fi_the_coming_visits_are_kept_by_themselves_and_where_data_is_saved_they_are_not(
    make_server: MakeServer, make_page: MakePage
) -> None:
    server = make_server()
    visit = Visit.book(server, make_page)
    for saves, words in ((True, "Not on this device"), (False, "On this device until")):
        page = make_page()
        connection = f"{{type: 'wifi', saveData: {str(saves).lower()}}}"
        page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{value: {connection}}})")
        open_home(server, page)
        expect(page.locator(f"[data-seat='{visit.seat('learner')}']")).to_contain_text(words)
