"""The ladder's table, and the copy of it that the browser modules are tested with."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from farward.media.ladder import PATIENCE, PICTURES, RUNGS, VOICES, Voice, table

COPY = Path(__file__).parents[1] / "js" / "ladder_table.json"


def test_the_copy_for_the_browser_modules_is_the_table() -> None:
    """After a change: `python -m tests.media.test_ladder`."""
    assert json.loads(COPY.read_text("utf-8")) == json.loads(json.dumps(table()))


def test_each_rung_weighs_more_than_the_one_below() -> None:
    weights = [table()["megabytesPerMinute"][rung]["up"] for rung in RUNGS]
    assert weights == sorted(weights)
    assert [voice["wireKbps"] for voice in VOICES] == sorted(voice["wireKbps"] for voice in VOICES)
    assert [picture["wireKbps"] for picture in PICTURES.values()] == sorted(
        picture["wireKbps"] for picture in PICTURES.values()
    )
    assert list(PICTURES) == list(RUNGS[3:])


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice['bitrate']}/{voice['ptime']}")
def test_a_voice_weighs_at_least_its_sound_and_headers(voice: Voice) -> None:
    """40 bytes of IP, UDP, RTP and 10 of SRTP a packet; in pauses less is sent, which the measured weight knows."""
    headers = 50 * 8 / voice["ptime"]
    assert voice["wireKbps"] >= 0.75 * (voice["bitrate"] / 1000 + headers)


def test_the_page_about_the_ladder_shows_its_numbers() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ladder.md").read_text("utf-8")
    for rung, weight in table()["megabytesPerMinute"].items():
        kbps = f"{PICTURES[rung]['wireKbps']:g}" if rung in PICTURES else ""
        assert re.search(rf"^\| `{rung}` \| .* \| *{kbps} *\| {weight['up']:g} \|$", page, re.MULTILINE)
    for place, voice in enumerate(VOICES):
        again = "yes" if voice["red"] else "no"
        row = f"| {place} | {voice['bitrate'] // 1000} | {voice['ptime']} | {again} | {voice['wireKbps']:g} |"
        assert row in page


def test_patience_grows() -> None:
    for smaller, larger in pairwise(["quickMs", "upMs", "turnMs", "upMostMs", "forgetMs"]):
        assert PATIENCE[smaller] < PATIENCE[larger]


if __name__ == "__main__":
    COPY.write_text(json.dumps(table(), indent=1) + "\n", "utf-8")
