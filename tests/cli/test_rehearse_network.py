"""`farward rehearse --network`: which networks it takes, and what its report shows of them."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from farward.cli.main import cli
from farward.cli.rehearse.network import read_networks
from farward.cli.rehearse.record import Connection, Loss, Record, Sound
from farward.cli.rehearse.report import render_report
from farward.environment import SettingError


def test_three_names_are_taken_in_the_order_of_the_seats() -> None:
    assert read_networks("2g, edge,lan") == ("2g", "edge", "lan")


@pytest.mark.parametrize(("text", "says"), [("2g", "one network for each seat"), ("2g,edge,5g", "no network “5g”")])
def test_what_is_no_network_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        read_networks(text)


def test_without_root_it_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    done = CliRunner().invoke(cli, ["rehearse", "--network", "2g,edge,lan"])
    assert isinstance(done.exception, SettingError)
    assert "needs root" in str(done.exception)


def test_the_report_shows_rungs_and_plays_what_was_heard() -> None:
    record = Record(began="today", machine="here")
    record.connections = [
        Connection(
            role="patient",
            network="2g",
            text="GPRS at the edge of a cell",
            rungs=((3.0, "video", "start"), (12.0, "voice", "narrow")),
            sounds=(Sound("learner", 0.031, b"RIFF", stoi=0.871),),
            plot="<svg></svg>",
            sent=Loss(1200, 24, 6),
        )
    ]
    page = render_report(record)
    assert "Patient: 2g" in page
    assert "voice" in page
    assert "12 s, narrow" in page
    assert "3% made up for lost packets, STOI 0.87" in page
    assert "1,200 packets sent: 2.0% lost on the way, 0.5% dropped by a full queue." in page
    assert 'src="data:audio/wav;base64,UklGRg=="' in page


def test_what_each_seat_got_can_be_read_by_a_machine() -> None:
    sound = Sound("learner", 0.031, b"", stoi=0.871, pesq=2.3)
    connection = Connection("patient", "2g", "GPRS", ((3.04, "voice", "start"),), (sound,), "", Loss(10, 1, 0))
    assert connection.as_json() == {
        "network": "2g",
        "rungs": [{"at": 3.0, "rung": "voice", "reason": "start"}],
        "heard": {"learner": {"made_up": 0.031, "stoi": 0.871, "pesq": 2.3}},
        "sent": {"packets": 10, "lost": 1, "overflowed": 0},
        "received": {"packets": 0, "lost": 0, "overflowed": 0},
    }


def test_the_report_of_a_whole_rehearsal_says_nothing_of_networks() -> None:
    assert "made-up network" not in render_report(Record(began="today", machine="here"))
