"""What the benchmark of bad networks makes of its readings, without a network."""

from __future__ import annotations

import array
import math
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench.network import figures, opus, report
from bench.network.measure import Measured, Reading
from bench.network.rows import ROWS, Bound, shortened
from bench.network.speech import write_conversation
from bench.network.stand import VOICES
from farward.cli.netlab.listen import RATE, Recording, joined
from farward.cli.netlab.plot import draw_plot
from farward.cli.netlab.profiles import find
from farward.cli.netlab.score import read_voice, score

TWO = next(row for row in ROWS if row.name == "outages")


def tone(*spans: tuple[float, float], seconds: float = 20.0) -> Recording:
    """A recording from second 0 on with sound in these spans and silence elsewhere."""
    samples = array.array(
        "h",
        (
            int(8000 * math.sin(place / 3)) if any(start <= place / RATE < end for start, end in spans) else 0
            for place in range(int(seconds * RATE))
        ),
    )
    return Recording("10.20.1.2", samples.tobytes(), [(0, 0.0)])


def reading(at: float, **audio: int) -> Reading:
    sent = {"audio": audio, "video": {}}
    return Reading(at, {"patient": {"learner": {"sent": sent}}}, {}, {})


def test_a_voice_is_back_when_it_goes_on_and_not_at_the_first_crackle() -> None:
    found = Measured(TWO, TWO.places, outages=[(5.0, 10.0)])
    assert figures._recovery(found, tone((0, 5), (10.4, 10.5), (11.5, 20))) == pytest.approx(1.5, abs=0.1)


def test_a_voice_that_never_comes_back_has_no_time() -> None:
    assert figures._recovery(Measured(TWO, TWO.places, outages=[(5.0, 10.0)]), tone((0, 5))) is None


def test_a_gap_counts_where_the_link_was_not_cut() -> None:
    found = Measured(TWO, TWO.places, readings=[reading(0.0)], outages=[(5.0, 10.0)])
    assert figures._longest_gap(found, tone((0, 5), (11, 14), (16, 20))) == pytest.approx(2.0, abs=0.11)


def test_a_counter_that_shrinks_belongs_to_a_new_connection() -> None:
    readings = [reading(0, bytes=100), reading(1, bytes=300), reading(2, bytes=50)]
    assert figures._grown(readings, "patient", "learner", "sent", "audio")["bytes"] == 250


def test_outages_and_the_seconds_after_them_are_not_scored() -> None:
    found = Measured(TWO, TWO.places, readings=[reading(0.0), reading(20.0)], outages=[(5.0, 10.0)])
    assert figures._live_spans(found, "patient", "learner") == [(0.0, 5.0), (12.0, 20.0)]


def test_where_voice_notes_will_do_a_voice_is_scored_while_it_is_live() -> None:
    def rung(at: float, name: str) -> Reading:
        return Reading(at, {}, {}, {"patient": {"rung": name, "to": {"learner": name}}})

    names = ["voice"] * 5 + ["clip"] * 4 + ["voice"] * 6
    found = Measured(replace(TWO, clips=True), TWO.places, readings=[rung(at, name) for at, name in enumerate(names)])
    assert figures._live_spans(found, "patient", "learner") == [(0, 5), (11, 14)]
    assert figures._live_spans(found, "learner", "patient") == [(0, 14)]
    mostly = replace(found, readings=[rung(at, "clip" if at > 5 else "voice") for at in range(15)])
    assert figures._live_spans(mostly, "patient", "learner") == [], "too little to be scored"


@pytest.mark.parametrize(("value", "held"), [(0.9, True), (0.8, False), (None, False)])
def test_a_figure_that_never_came_breaks_its_bound(value: float | None, held: bool) -> None:
    assert Bound("stoi_min", least=0.85).holds({"stoi_min": value}) is held


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_is_on_a_network_that_there_is(row: Any) -> None:
    for name in [row.profile, *(event.profile for event in row.events if event.profile)]:
        assert find(name)


def test_the_table_says_never_and_marks_what_was_missed() -> None:
    result = {
        "title": "Outages",
        "farward": {"recovery_s": 3.1},
        "baseline": {"recovery_s": None},
        "bounds": {"recovery_s": ["≤ 2", False]},
    }
    assert "| Outages | voice back | 3.1 s | never | ≤ 2 ✗ missed |" in report.table({"outages": result})


def test_the_limit_is_the_rate_of_the_codec_and_forty_bytes_a_packet() -> None:
    assert {"bitrate": 6000, "ptime": 120, "kbps": 8.7} in report.limits()


def test_a_connection_that_looks_for_its_path_goes_on_from_where_it_was() -> None:
    readings = [reading(0, bytes=100), reading(1, bytes=300), Reading(2, {}, {}, {}), reading(3, bytes=350)]
    assert figures._grown(readings, "patient", "learner", "sent", "audio")["bytes"] == 250


def test_a_picture_is_back_with_its_next_frame_and_not_when_its_connection_is_found_again() -> None:
    def seen(at: float, frames: int | None) -> Reading:
        links = {} if frames is None else {"learner": {"patient": {"received": {"video": {"frames": frames}}}}}
        return Reading(at, links, {}, {})

    readings = [seen(9, 70), seen(10, 70), seen(11, None), seen(12, 70), seen(13, 74)]
    assert figures._picture_back(readings, "patient", "learner", 10) == 3


def test_a_voice_over_two_connections_is_one_recording_with_silence_between() -> None:
    first, second = tone((0, 2), seconds=2), tone((0, 3), seconds=3)
    late = Recording(second.remote, second.pcm, [(0, 5.0)])
    # A line beside it that carries no voice, however long it lies open.
    empty = Recording("10.20.1.2", bytes(2 * RATE * 9), [(0, 0.0)])
    whole = joined([empty, late, first])
    assert whole.seconds == pytest.approx(8.0, abs=0.01)
    levels = {round(at, 1): level > 0.01 for at, level in whole.loudness()}
    assert (levels[1.0], levels[3.5], levels[6.0]) == (True, False, True)


@pytest.mark.parametrize("heard", [bytes(2 * RATE * 9), bytes(2 * RATE * 9 - 2) + b"\1\0"], ids=["silence", "a click"])
def test_what_was_not_heard_was_not_understood(heard: bytes) -> None:
    pytest.importorskip("pystoi")
    found = score(Recording("", heard, [(0, 0.0)]), read_voice(VOICES / "patient.wav"), [(0.0, 9.0)])
    assert found["stoi"] == 0
    assert found["pesq"] is None or found["pesq"] < 1.2


def test_speech_that_arrives_whole_is_understood_whole() -> None:
    pytest.importorskip("pystoi")
    with wave.open(str(VOICES / "patient.wav")) as file:
        spoken = array.array("h", file.readframes(file.getnframes()))
    twice = array.array("h", (value for value in spoken for _ in range(2)))
    found = score(Recording("", twice.tobytes(), [(0, 0.0)]), read_voice(VOICES / "patient.wav"), [(0.0, 8.0)])
    assert found["stoi"] > 0.97


def test_ogg_pages_hold_what_they_are_given_and_carry_its_checksum() -> None:
    ogg = opus.as_ogg([(bytes([number]) * 300, 960) for number in range(60)])
    assert ogg.count(b"OggS") == 4
    assert ogg[-300:] == bytes([59]) * 300
    # The checksum of a page that is known to be right.
    assert opus._checksum(b"123456789") == 0x89A1897F


def test_a_conversation_is_speech_for_two_fifths_of_the_time(tmp_path: Path) -> None:
    path = write_conversation(VOICES / "patient.wav", tmp_path / "patient.wav")
    with wave.open(str(path)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        assert file.getnframes() / file.getframerate() == 20
    loud = [max(map(abs, samples[start : start + 1600])) > 1000 for start in range(0, len(samples), 1600)]
    assert 0.3 <= sum(loud) / len(loud) <= 0.4


def test_rows_of_a_quick_look_keep_what_they_need() -> None:
    short = {row.name: shortened(row, 8).seconds for row in ROWS}
    assert (short["2g"], short["voice"], short["outages"], short["join"]) == (8, 20, 88, 0)


def test_a_plot_is_drawn_of_a_link_that_nobody_used() -> None:
    drawn = draw_plot(
        [(0.0, {"up": {"bytes": 0}, "down": {"bytes": 0}})], {"patient": [(0.0, "voice")]}, [], "A <link>"
    )
    root = ElementTree.fromstring(drawn)
    names = {part.get("id"): part.text for part in root if part.get("id")}
    title, description = (names[name] for name in root.get("aria-labelledby", "").split())
    assert title == "A <link>: rate and rung over time"
    assert description == "The patient: voice from 0 s."
