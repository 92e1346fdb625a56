"""What the pages of a seat weigh over the wire: compressed, with headers, nothing cached.

python -m bench.weight             prints the figures
python -m bench.weight --write     also writes docs/performance/weight.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.rooms import wait_connected
from tests.browser.test_room_pages import JOIN_BUDGET, NEXT, NOTE_EDITOR, ROOM_BUDGET, Wire
from tests.fixtures.browser import CHROMIUM, FLAGS
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "performance" / "weight.json"


def main() -> int:
    """Measure, print and perhaps write the figures; 1 if a budget is broken."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--write", action="store_true", help="write docs/performance/weight.json")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="farward-bench-") as data:
        server = Server(Path(data)).start()
        try:
            figures = _measure(server)
        finally:
            server.kill()
    print(json.dumps(figures, indent=2))
    if chosen.write:
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if figures["join_bytes"] <= JOIN_BUDGET and figures["room_bytes"] <= ROOM_BUDGET else 1


def _measure(server: Server) -> dict[str, Any]:
    links = server.book()["links"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=list(FLAGS))
        page = browser.new_context(permissions=["camera", "microphone"]).new_page()
        join = Wire(page)
        page.context.add_cookies([server.sign_in(ACCOUNTS["learner"])])  # type: ignore[list-item]
        page.goto(links["learner"])
        page.wait_for_url("**/lobby")
        page.wait_for_timeout(3000)
        join_bytes = join.total(without=NEXT)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        room = Wire(page)
        page.click("#join")
        wait_connected(page)
        page.wait_for_timeout(2000)
        weights = {
            "join_bytes": join_bytes,
            "room_bytes": room.total(without=NOTE_EDITOR),
            "room_with_note_bytes": room.total(),
        }
        browser.close()
    return weights


if __name__ == "__main__":
    raise SystemExit(main())
