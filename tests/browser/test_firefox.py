"""A call between Firefox and Chromium: both are heard, whatever each of them does not know."""

from __future__ import annotations

import pytest

from tests.browser.rooms import Visit, eventually
from tests.fixtures.browser import MakePage
from tests.fixtures.firefox import Tab
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]


def received(tab: Tab, seat: str) -> dict[str, float]:
    """What Firefox has received of a seat so far."""
    levels: dict[str, dict[str, float]] = tab.evaluate("farward.levels()")
    return levels.get(seat, {"audioEnergy": 0, "videoFrames": 0})


def test_a_patient_with_firefox_hears_and_sees_and_is_heard_and_seen(
    farward_server: Server, make_page: MakePage, firefox: Tab
) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("learner")
    firefox.goto(visit.booking["links"]["patient"])
    eventually(lambda: bool(firefox.evaluate("location.pathname.endsWith('/lobby')")))
    # Firefox does not say beforehand whether it may: the lobby asks only when told to.
    ready = "document.querySelector('#verdict p').textContent.includes('ready')"
    check = "document.querySelector('#check')?.click()"
    eventually(lambda: bool(firefox.evaluate(f"{ready} || ({check}, false)")))
    firefox.click("#join")
    eventually(lambda: firefox.evaluate("window.farward?.status() ?? null") == "live")
    visit.move("learner", "check_in")
    eventually(lambda: visit.hears("learner", "patient"))
    eventually(lambda: received(firefox, visit.seat("learner"))["audioEnergy"] > 0.001)
    # The picture comes later, over lines that rested meanwhile.
    eventually(lambda: visit.received("learner", "patient")["videoFrames"] > 5)
    eventually(lambda: received(firefox, visit.seat("learner"))["videoFrames"] > 5)
    assert visit.hears("learner", "patient")
