"""Who is not in the visit any more is neither heard nor recorded, whatever was going on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import Visit, eventually, wait_connected
from tests.browser.test_recordings import interview, press_record
from tests.fixtures.browser import MakePage
from tests.fixtures.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Every track that the page was ever given, whoever asked for it.
TRACKS = """
const devices = navigator.mediaDevices;
const ask = devices.getUserMedia.bind(devices);
globalThis.tracks = [];
devices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  globalThis.tracks.push(...stream.getTracks());
  return stream;
};
"""
OPEN = "tracks.filter(({ readyState }) => readyState === 'live').length"


def test_a_device_that_another_takes_over_from_lets_go_of_camera_microphone_note_and_recording(
    farward_server: Server, make_page: MakePage
) -> None:
    visit = Visit.book(farward_server, make_page)
    visit.join("preceptor")
    learner = make_page()
    learner.add_init_script(TRACKS)
    visit.join("learner", learner)
    visit.join("patient")
    interview(visit)
    press_record(learner)
    learner.locator("#clip-record").press("Enter")
    expect(learner.locator("#clip-time")).to_contain_text("Recording 0:02")
    assert learner.evaluate(OPEN) > 2
    second = visit.open_lobby("learner", make_page())
    second.click("#join")
    wait_connected(second)
    expect(learner.locator("#ended")).to_be_visible()
    eventually(lambda: learner.evaluate(OPEN) == 0)
    expect(learner.locator("#clip-record")).to_be_hidden()
    expect(second.locator("#recording-sign")).to_be_hidden()
