"""What a device keeps, as it lies there, and ways to be without a network."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.rooms import Visit
from tests.fixtures.seeding import ACCOUNTS
from tests.fixtures.server import Server

#: With the date: in seven days it is the same day of the week.
UNTIL = re.compile(r"until \w+, \w+ \d{1,2} at \d\d:\d\d [AP]M")
#: What one of this device's databases holds, as it lies there; nothing while there is no such database.
LOOK_INTO = """([name, store]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onsuccess = () => {
    const asked = opening.result.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => {
      opening.result.close();
      resolve(asked.result.map((row) => ({
        seat: row.seat, keys: Object.keys(row), extractable: row.key?.extractable,
        bytes: [...new Uint8Array(row.sealed ?? [])], plain: JSON.stringify(row),
      })));
    };
  };
}).catch(() => [])"""
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


def lying_in(page: Page, name: str, store: str) -> list[dict[str, Any]]:
    """The rows of one of this device's databases, unopened."""
    found: list[dict[str, Any]] = page.evaluate(LOOK_INTO, [name, store])
    return found


def kept_rooms(page: Page) -> list[dict[str, Any]]:
    """What this device keeps of rooms."""
    return lying_in(page, "farward-kept", "rooms")


def open_home(server: Server, page: Page) -> Page:
    page.context.add_cookies([server.sign_in(ACCOUNTS["learner"])])  # type: ignore[list-item]
    page.goto(f"{server.url}/")
    return page


def open_pack(visit: Visit, page: Page) -> Page:
    """Keep the learner's visit from the first page, then open its room with the live channel cut."""
    page.add_init_script(CUT)
    open_home(visit.server, page)
    page.click("#packs-keep")
    expect(page.locator(f"[data-seat='{visit.seat('learner')}']")).to_contain_text(UNTIL)
    # As if this window had come through the lobby.
    page.evaluate(
        "(seat) => Object.assign(sessionStorage, {cut: 'yes', [`farward.here.${seat}`]: 'yes'})", visit.seat("learner")
    )
    page.goto(f"{visit.server.url}/s/{visit.seat('learner')}/")
    return page


def heal(page: Page) -> None:
    """The network is back."""
    page.evaluate("sessionStorage.removeItem('cut')")
