"""Links by name, and traces from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from farward.cli.netlab import profiles
from farward.cli.netlab.profiles import UnknownProfile, find, read_trace

HEAD = "seconds,up_kbps,down_kbps,delay_ms,jitter_ms,loss\n"


@pytest.mark.parametrize("name", profiles.names())
def test_every_name_that_is_offered_can_be_had(name: str) -> None:
    assert find(name).at(12.0).up.delay >= 0


def test_the_links_are_those_of_the_table() -> None:
    two_g = find("2g").at(0)
    assert (two_g.down.kbps, two_g.up.kbps, two_g.up.delay + two_g.down.delay, two_g.up.loss) == (40, 20, 0.6, 0.02)
    edge = find("edge").at(0)
    assert (edge.down.kbps, edge.up.kbps, edge.up.delay + edge.down.delay, edge.up.loss) == (100, 50, 0.4, 0.01)


def test_outages_come_each_minute_and_last_ten_seconds() -> None:
    outages = find("outages")
    assert [second for second in range(120) if not outages.at(second).up.up] == [*range(50, 60), *range(110, 120)]


def test_a_trace_holds_each_line_until_the_next_and_begins_anew_at_the_last(tmp_path: Path) -> None:
    path = tmp_path / "hill.csv"
    path.write_text(
        "# over a hill\n" + HEAD + "0,50,100,200,10,0.01\n5,0,0,200,10,0\n8,20,40,300,60,0.02\n10,50,100,200,10,0\n"
    )
    hill = read_trace(path)
    assert hill.period == 10
    assert hill.at(0).up.kbps == 50
    assert not hill.at(6).down.up
    assert hill.at(9).down.kbps == 40
    assert hill.at(12) == hill.at(2)
    assert find(str(path)) == hill


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seconds,up_kbps\n0,1\n", "the head lacks down_kbps, delay_ms"),
        ("", "has the columns"),
        (HEAD, "at least one line"),
        (HEAD + "0,1,1,1,1,2\n", "line 2: loss"),
        ("# a remark\n\n" + HEAD + "# another\n0,fast,1,1,1,0\n", "line 5: up_kbps is a number, not “fast”"),
        (HEAD + "0,-1,1,1,1,0\n", "line 2: up_kbps is a number from 0 up, not -1"),
        (HEAD + "0,1,1,nan,1,0\n", "line 2: delay_ms"),
        (HEAD + "3,1,1,1,1,0\n", "line 2: the first line is that of second 0"),
        (HEAD + "0,1,1,1,1,0\n0,1,1,1,1,0\n", "line 3: the seconds must go up"),
        (HEAD + "0,1,1\n", "line 2: 3 cells under 6 columns"),
    ],
)
def test_a_file_that_is_no_trace_is_refused_with_the_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(UnknownProfile, match=says):
        read_trace(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(UnknownProfile, match="cannot be read as text"):
        find(str(path))


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownProfile, match="2g, edge, 3g"):
        find("5g")
