"""What the benchmark of bad networks makes of its readings, without a network."""

from __future__ import annotations

import array
import math
from typing import Any

import pytest

from bench.network import measure, report
from bench.network.measure import Measured, Reading
from bench.network.rows import ROWS, Bound
from farward.cli.netlab.listen import RATE, Recording
from farward.cli.netlab.plot import draw_plot
from farward.cli.netlab.profiles import find

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
    assert measure._recovery(found, tone((0, 5), (10.4, 10.5), (11.5, 20))) == pytest.approx(1.5, abs=0.1)


def test_a_voice_that_never_comes_back_has_no_time() -> None:
    assert measure._recovery(Measured(TWO, TWO.places, outages=[(5.0, 10.0)]), tone((0, 5))) is None


def test_a_gap_counts_where_the_link_was_not_cut() -> None:
    found = Measured(TWO, TWO.places, readings=[reading(0.0)], outages=[(5.0, 10.0)])
    assert measure._longest_gap(found, tone((0, 5), (11, 14), (16, 20))) == pytest.approx(2.0, abs=0.11)


def test_a_counter_that_shrinks_belongs_to_a_new_connection() -> None:
    readings = [reading(0, bytes=100), reading(1, bytes=300), reading(2, bytes=50)]
    assert measure._grown(readings, "patient", "learner", "sent", "audio")["bytes"] == 250


def test_outages_and_the_seconds_after_them_are_not_scored() -> None:
    found = Measured(TWO, TWO.places, readings=[reading(0.0), reading(20.0)], outages=[(5.0, 10.0)])
    assert measure._spans(found) == [(0.0, 5.0), (12.0, 20.0)]


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


def test_a_plot_is_drawn_of_a_link_that_nobody_used() -> None:
    drawn = draw_plot(
        [(0.0, {"up": {"bytes": 0}, "down": {"bytes": 0}})], {"patient": [(0.0, "voice")]}, [], "A <link>"
    )
    assert drawn.startswith("<svg")
    assert "A &lt;link&gt;" in drawn
