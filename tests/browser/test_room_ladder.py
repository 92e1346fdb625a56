"""What goes over the wire on each rung, and how a call finds back by itself, in real browsers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.coturn import Relay
from tests.fixtures.server import MakeServer, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]

KEEP_CONNECTIONS = """
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
"""

#: What the newest connection has sent so far: packets and header bytes of sound, and frames of picture.
SENT = """async () => {
  const reports = [...(await connections.at(-1).getStats()).values()].filter((one) => one.type === "outbound-rtp");
  const sum = (kind, key) => reports.filter((one) => one.kind === kind).reduce((n, one) => n + (one[key] ?? 0), 0);
  return {
    packets: sum("audio", "packetsSent"),
    headers: sum("audio", "headerBytesSent"),
    frames: sum("video", "framesEncoded"),
  };
}"""


def join_both(visit: Visit, make_page: MakePage) -> tuple[Page, Page]:
    """The learner and the preceptor, each with their connections kept to be looked at."""

    def join(role: str) -> Page:
        page = make_page()
        page.context.add_init_script(KEEP_CONNECTIONS)
        return visit.join(role, page)

    pages = join("learner"), join("preceptor")
    eventually(lambda: visit.hears("preceptor", "learner"))
    return pages


def sent_meanwhile(page: Page) -> dict[str, float]:
    """What goes out in three seconds from now."""
    before = page.evaluate(SENT)
    page.wait_for_timeout(3000)
    after = page.evaluate(SENT)
    return {name: after[name] - before[name] for name in before}


def milliseconds_a_packet(sent: dict[str, float], voices: list[dict[str, Any]]) -> int:
    """The packet length of the table that so many packets in three seconds are nearest to."""
    lengths = sorted({int(voice["ptime"]) for voice in voices})
    return min(lengths, key=lambda length: abs(3000 / max(1, sent["packets"]) - length))


def table_of(page: Page) -> dict[str, Any]:
    table: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('ladder').textContent)")
    return table


def use_at_most(page: Page, rung: str) -> None:
    page.locator("#connection-panel").evaluate("panel => { panel.open = true; }")
    expect(page.locator("#connection-now")).not_to_be_empty()
    page.select_option("#connection-pin", rung)


def test_on_voice_alone_packets_are_long_and_bare_and_a_still_fits_beside_them(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = join_both(visit, make_page)
    use_at_most(learner, "voice")
    eventually(lambda: sent_meanwhile(learner)["frames"] == 0)

    sent = sent_meanwhile(learner)
    seat = learner.evaluate("Object.values(farward.ladder().seats)[0]")
    voices = table_of(learner)["voices"]
    assert seat["rung"] == "voice"
    assert milliseconds_a_packet(sent, voices) == voices[seat["voice"]]["ptime"]
    assert sent["headers"] / sent["packets"] == 12, "a header extension on sound costs as much as the sound"
    assert visit.hears("preceptor", "learner")
    assert visit.hears("learner", "preceptor")
    assert preceptor.evaluate("connections.length") == 1

    use_at_most(learner, "stills")
    still = preceptor.locator(f".tile[data-seat='{visit.seat('learner')}'] img.still")
    expect(still).to_be_visible()
    assert still.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    assert sent_meanwhile(learner)["frames"] == 0
    assert visit.hears("preceptor", "learner")


def test_a_picture_that_nobody_sees_stops_and_comes_back_when_seen(farward_server: Server, make_page: MakePage) -> None:
    visit = Visit.book(farward_server, make_page)
    learner, preceptor = join_both(visit, make_page)
    eventually(lambda: sent_meanwhile(learner)["frames"] > 0)
    tile = preceptor.locator(f".tile[data-seat='{visit.seat('learner')}']")
    tile.evaluate("tile => { tile.hidden = true; tile.style.display = 'none'; }")
    eventually(lambda: sent_meanwhile(learner)["frames"] == 0)
    assert visit.hears("preceptor", "learner")
    tile.evaluate("tile => { tile.hidden = false; tile.style.display = ''; }")
    eventually(lambda: sent_meanwhile(learner)["frames"] > 0)
    eventually(lambda: visit.sees("preceptor", "learner"))


def test_a_cut_path_is_noticed_and_found_again_without_a_new_connection(
    make_server: MakeServer, make_page: MakePage, coturn: Relay
) -> None:
    server = make_server(FARWARD_TURN_URLS=coturn.url, FARWARD_TURN_SECRET=coturn.secret, FARWARD_FORCE_RELAY="1")
    visit = Visit.book(server, make_page)
    learner, preceptor = join_both(visit, make_page)
    coturn.pause()
    eventually(lambda: learner.evaluate("farward.ladder().sample.peers[0].silentMs") >= 3000)
    assert learner.evaluate("farward.room().seats.length") >= 2
    coturn.resume()
    eventually(lambda: visit.hears("preceptor", "learner"))
    eventually(lambda: visit.hears("learner", "preceptor"))
    assert learner.evaluate("connections.length") == 1
    assert preceptor.evaluate("connections.length") == 1
