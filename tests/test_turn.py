"""Where only relayed paths are allowed, two people hear each other through coturn and no other way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.coturn import Relay
from tests.fixtures.server import MakeServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]

KEEP_CONNECTIONS = """
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
"""

SELECTED_PATHS = """async () => {
  const paths = [];
  for (const connection of connections.filter((one) => one.connectionState === "connected")) {
    const stats = await connection.getStats();
    const transport = [...stats.values()].find((one) => one.type === "transport");
    const pair = stats.get(transport.selectedCandidatePairId);
    paths.push([stats.get(pair.localCandidateId).candidateType, stats.get(pair.remoteCandidateId).candidateType]);
  }
  return paths;
}"""


def test_only_relayed_paths_carry_sound_where_nothing_else_is_allowed(
    make_server: MakeServer, make_page: MakePage, coturn: Relay
) -> None:
    server = make_server(FARWARD_TURN_URLS=coturn.url, FARWARD_TURN_SECRET=coturn.secret, FARWARD_FORCE_RELAY="1")
    visit = Visit.book(server, make_page)

    def come(role: str) -> Page:
        page = make_page()
        page.context.add_init_script(KEEP_CONNECTIONS)
        return visit.join(role, page)

    learner, preceptor = come("learner"), come("preceptor")
    eventually(lambda: visit.hears("learner", "preceptor"), 40)
    eventually(lambda: visit.hears("preceptor", "learner"), 40)
    assert learner.evaluate(SELECTED_PATHS) == [["relay", "relay"]]
    assert preceptor.evaluate(SELECTED_PATHS) == [["relay", "relay"]]
    assert "ALLOCATE processed, success" in coturn.log.read_text(errors="replace")
