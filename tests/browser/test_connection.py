"""What people see of their connection: the chip, its panel, stills, another way to talk, and the cost in the lobby.

The connections themselves are replaced by a `peers.js` of straw, so that every rung and silence comes when called for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STRAW = """
const listeners = {};
const chosen = [];
const shown = {};
let ladder = null;
let links = [];
export function createPeers() {
  globalThis.straw = {
    chosen, shown,
    climb(next, was) {
      ladder = { ...ladder, ...next };
      links = [{ link: "x", seat: "x", state: "connected" }];
      (listeners.rung ?? []).forEach((tell) => tell({ rung: next.rung, was, reason: next.reason }));
    },
    use(usedMb) { ladder = { ...ladder, usedMb }; },
    tell(type, value) { (listeners[type] ?? []).forEach((tell) => tell(value)); },
  };
  const nothing = { audio: null, video: null, screen: null };
  return {
    on(type, listener) { (listeners[type] ??= []).push(listener); return () => {}; },
    tracksOf: () => nothing, stateOf: () => "connected", loudnessOf: () => 0,
    wireOf: () => ({ recv: ["audio", "video"], send: ["audio"] }),
    links: () => links, sending: () => true, stats: async () => ({}),
    ladder: () => ladder, choose: (choice) => chosen.push(choice), show: (seat, how) => { shown[seat] = how; },
    still: () => globalThis.stillUrl ?? null, close() {},
  };
}
"""


@pytest.fixture
def room(farward_server: Server, make_page: MakePage) -> Callable[..., tuple[Visit, Page]]:
    """`room(role)`: a room in which only the connections are of straw."""

    def enter(role: str, **options: Any) -> tuple[Visit, Page]:
        visit = Visit.book(farward_server, make_page)
        # A service worker's own requests pass by a page's routes.
        page = make_page(service_workers="block", **options)
        page.route(re.compile(r"/js/room\.bundle(\.\w+)?\.js"), serve_straw)
        return visit, visit.join(role, page)

    return enter


def serve_straw(route: Route) -> None:
    """The room's modules as they are, but for this one."""
    body = route.fetch().text()
    part = re.compile(r"(// js/peers\.js\nconst \$\d+ = \(\(\) => \{\n).*?(\n\}\)\(\);\n)", re.DOTALL)
    straw = STRAW.replace("export ", "") + "return { createPeers };"
    body, count = part.subn(lambda found: found[1] + straw + found[2], body)
    assert count == 1
    route.fulfill(body=body, content_type="text/javascript")


def straw(page: Page, call: str, *arguments: Any) -> None:
    page.evaluate(f"straw.{call}({', '.join(json.dumps(argument) for argument in arguments)})")


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [wrong["id"] for wrong in found if wrong["impact"] in {"serious", "critical"}]


def test_the_chip_names_rung_and_reason_and_the_others_read_one_sentence(
    room: Callable[..., tuple[Visit, Page]], make_page: MakePage
) -> None:
    visit, patient = room("patient", width=360, height=740, bypass_csp=True)
    learner = visit.join("learner")
    straw(patient, "climb", {"rung": "voice", "reason": "loss"}, "video")
    expect(patient.locator("#rung")).to_have_text(re.compile("Your connection:.*Sound only.*weak connection"))
    expect(learner.locator("#thread .event").last).to_contain_text("connection is weak: sound only for now.")
    expect(patient.locator("#thread .event").last).to_contain_text("Sound only. Your connection is weak.")
    # Changes in quick succession are written as the last one, and take one line.
    straw(patient, "climb", {"rung": "text", "reason": "narrow"}, "voice")
    straw(patient, "climb", {"rung": "thumb", "reason": "better"}, "text")
    lines = learner.locator("#thread .event", has_text="connection")
    expect(lines).to_contain_text("connection is better: sound and a small picture now.")
    expect(lines).to_have_count(1)
    expect(patient.locator("#rung-said")).to_contain_text("Small picture. Your connection is good enough")
    assert patient.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(patient) == []


def test_the_panel_keeps_what_was_chosen_on_this_device_and_tells_the_ladder(
    room: Callable[..., tuple[Visit, Page]],
) -> None:
    visit, page = room("learner", bypass_csp=True)
    straw(page, "climb", {"rung": "video", "reason": "better"}, "thumb")
    page.click("#rung")
    expect(page.locator("#connection-panel summary")).to_be_focused()
    expect(page.locator("#connection-now")).to_have_text("Picture. Your connection is good enough for this.")
    page.select_option("#connection-pin", "voice")
    page.fill("#connection-budget", "0")
    page.press("#connection-budget", "Tab")
    expect(page.locator("#connection-wrong")).to_be_visible()
    page.fill("#connection-budget", "20")
    page.press("#connection-budget", "Tab")
    expect(page.locator("#connection-wrong")).to_be_hidden()
    page.select_option("#connection-priority", visit.seat("patient"))
    last = page.evaluate("straw.chosen.at(-1)")
    assert last == {"pin": "voice", "budgetMb": 20, "priority": visit.seat("patient")}
    straw(page, "use", 3)
    expect(page.locator("#connection-used")).to_have_text("Used so far: 3 MB")
    expect(page.locator("#connection-plot polyline")).to_have_attribute("points", re.compile(r"\d"))
    assert serious(page) == []
    page.reload()
    eventually(lambda: page.evaluate("window.straw?.chosen.at(-1)?.pin") == "voice")
    # What was used before the reload is off the budget.
    assert page.evaluate("straw.chosen.at(-1).budgetMb") == 17
    page.click("#rung")
    expect(page.locator("#connection-pin")).to_have_value("voice")
    expect(page.locator("#connection-budget")).to_have_value("20")


def test_a_panel_whose_part_does_not_come_says_so_takes_nothing_in_and_can_be_tried_again(
    room: Callable[..., tuple[Visit, Page]],
) -> None:
    _visit, page = room("patient", width=320, height=640, bypass_csp=True)
    part = re.compile(r"/js/room/connection_panel[.\w]*\.js")
    page.route(part, lambda route: route.abort())
    page.click("#rung")
    failed = page.locator("#connection-failed")
    expect(failed).to_contain_text("This part did not load, because the connection broke off.")
    expect(page.locator("#connection-pin")).to_be_hidden()
    assert serious(page) == []
    again = failed.get_by_role("button", name="Try again")
    again.click()
    expect(page.locator(".notice", has_text="A part of this page did not load")).to_be_visible()
    page.unroute(part)
    again.click()
    expect(failed).to_be_hidden()
    page.select_option("#connection-pin", "voice")
    assert page.evaluate("straw.chosen.at(-1).pin") == "voice"


def test_a_part_that_does_not_come_takes_nothing_in(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = visit.open_lobby("learner", make_page(service_workers="block"))
    page.route(re.compile(r"/js/summary[.\w]*\.js"), lambda route: route.abort())
    page.click("#join")
    expect(page.locator(".notice", has_text="A part of this page did not load")).to_be_visible()
    expect(page.locator("#note[inert]")).to_have_count(0)
    expect(page.locator("#summary[inert]")).to_have_count(1)


def test_voice_notes_come_to_the_fore_with_the_reason_why(room: Callable[..., tuple[Visit, Page]]) -> None:
    _visit, page = room("patient", width=320, height=640)
    advice = page.locator("#clip-advice")
    straw(page, "climb", {"rung": "clip", "reason": "loss"}, "voice")
    expect(advice).to_contain_text("The connection is too weak to talk now.")
    straw(page, "climb", {"rung": "text", "reason": "budget"}, "clip")
    expect(advice).to_contain_text("You have chosen to use less than live talk needs.")
    straw(page, "climb", {"rung": "voice", "reason": "better"}, "text")
    back = page.locator(".notice", has_text="carries your voice again")
    expect(back).to_be_visible()
    straw(page, "climb", {"rung": "clip", "reason": "loss"}, "voice")
    expect(back).to_have_count(0)


APART = """([one, other]) => {
  const [a, b] = [one, other].map((selector) => document.querySelector(selector).getBoundingClientRect());
  return a.width > 0 && b.width > 0
    && (a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5);
}"""


def test_on_a_narrow_phone_nothing_on_a_tile_lies_over_anything_else(room: Callable[..., tuple[Visit, Page]]) -> None:
    visit, page = room("preceptor", width=320, height=640)
    learner = visit.join("learner")
    tile = f".tile[data-seat='{visit.seat('learner')}']"
    expect(page.locator(f"{tile} .tile-menu summary")).to_be_visible()
    # A label of several lines does not cover the initials.
    page.locator(f"{tile} .presence").evaluate("node => { node.textContent = 'Not in the conversation'; }")
    assert page.evaluate(APART, [f"{tile} .face", f"{tile} .label"])
    learner.click("#hand")
    expect(page.locator(f"{tile} .flag")).to_be_visible()
    page.evaluate("globalThis.stillUrl = document.querySelector('link[rel=icon]').href")
    straw(page, "tell", "still", visit.seat("learner"))
    expect(page.locator(f"{tile} .age")).to_be_visible()
    for other in (".tile-menu summary", ".flag", ".label"):
        assert page.evaluate(APART, [f"{tile} .age", f"{tile} {other}"]), other


def test_after_twenty_seconds_of_silence_there_is_another_way_and_it_goes_when_the_voice_is_back(
    room: Callable[..., tuple[Visit, Page]],
) -> None:
    visit, page = room("learner", width=360, height=740, bypass_csp=True)
    patient = visit.seat("patient")
    straw(page, "tell", "silent", {"seat": patient, "ms": 5000})
    expect(page.locator("#no-voice")).to_be_hidden()
    straw(page, "tell", "silent", {"seat": patient, "ms": 20400})
    expect(page.locator("#no-voice p")).to_contain_text("for more than 20 seconds. Here is another way:")
    expect(page.locator("#no-voice-call a")).to_have_attribute("href", re.compile(r"^tel:\+\d{7,15}$"))
    assert serious(page) == []
    page.click("#no-voice-write")
    expect(page.locator("#text")).to_be_focused()
    straw(page, "tell", "silent", {"seat": patient, "ms": 0})
    expect(page.locator("#no-voice")).to_be_hidden()
    straw(page, "tell", "silent", {"seat": patient, "ms": 21000})
    page.click("#no-voice-close")
    straw(page, "tell", "silent", {"seat": patient, "ms": 22000})
    expect(page.locator("#no-voice")).to_be_hidden()


def test_a_still_is_shown_with_its_age_and_pictures_off_the_screen_are_told(
    room: Callable[..., tuple[Visit, Page]],
) -> None:
    visit, page = room("learner")
    patient = visit.seat("patient")
    eventually(lambda: page.evaluate(f"straw.shown['{patient}']?.shown") is True)
    page.evaluate("globalThis.stillUrl = document.querySelector('link[rel=icon]').href")
    straw(page, "tell", "still", patient)
    tile = page.locator(f".tile[data-seat='{patient}']")
    expect(tile.locator(".still")).to_be_visible()
    expect(tile.locator(".age")).to_have_text(re.compile(r"Picture, \d+ s ago"))
    page.set_viewport_size({"width": 360, "height": 400})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    eventually(lambda: page.evaluate(f"straw.shown['{patient}'].shown") is False)


def test_the_lobby_says_the_cost_first_and_a_lower_rung_can_be_chosen_there(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    page = visit.open_lobby("patient", make_page(width=360, height=740, bypass_csp=True))
    expect(page.locator("#cost-expect")).to_have_text(re.compile(r"This visit of \d+ minutes will use up to \d+.* MB"))
    page.click("#cost summary")
    page.check("#cost-choices input[value=voice]")
    expect(page.locator("#cost-expect")).to_contain_text("as you have chosen")
    assert json.loads(page.evaluate("localStorage.getItem('farward.connection')"))["pin"] == "voice"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
    # A name keeps its words whole beside a cost with a price.
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("#cost-choices .number").evaluate_all(
        "all => all.forEach((node) => { node.textContent = 'up to 4,531 MB, KES 1,132.72'; })"
    )
    heights = page.locator("#cost-choices .grow").evaluate_all("all => all.map((node) => node.offsetHeight)")
    assert max(heights) < 60


def test_who_saves_data_gets_the_note_editor_only_on_the_way_to_it(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    page = make_page(width=360, height=740)
    # The server's side of it is asked in tests/seats/test_saving_data.py: Playwright cannot send this header.
    page.add_init_script("Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true })")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    visit.join("learner", page)
    expect(page.locator("#summary")).to_be_attached()
    assert not any("yjs" in url for url in fetched)
    with page.expect_request(re.compile("yjs")):
        page.locator("#note").scroll_into_view_if_needed()
    page.fill("#note textarea >> nth=0", "Cough for two weeks")
