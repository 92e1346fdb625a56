"""The ladder on links: what holds for every link that can be made up, and on those that were.

Node plays the links (`tests/js/links`): one process for all, some milliseconds each.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farward.cli.netlab.profiles import TRACES, read_trace
from farward.media.ladder import RUNGS, table

PLAYER = Path(__file__).parents[1] / "js" / "links" / "player.js"
SEATS = ["amina", "osei", "rivera", "sam"]

#: One player serves all examples of a test. The same links each time: no surprises in somebody else's work.
many = settings(
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
few = settings(many, max_examples=40)

Case = dict[str, Any]


class Player:
    """A node process that plays one case a line."""

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen([node, str(PLAYER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._say(table())

    def __call__(self, case: Case) -> dict[str, Any]:
        self._say(case)
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, f"the player broke down on {json.dumps(case)}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._process.communicate(timeout=10)

    def _say(self, what: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()


@pytest.fixture(scope="module")
def play() -> Iterator[Player]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: apt-get install nodejs")
    player = Player(node)
    yield player
    player.close()


def moment(at: float, kbps: float, rtt: float, loss: float) -> Case:
    return {"at": at * 1000, "kbps": kbps, "rttMs": rtt, "loss": loss}


def a_link(moments: list[Case], seats: int = 2, seconds: float = 240, **more: Any) -> Case:
    return {"moments": moments, "seats": SEATS[:seats], "seconds": seconds, **more}


#: What a device or a page could lie about.
FIELDS = [
    *[
        "loss",
        "rttMs",
        "availableKbps",
        "jitterMs",
        "ask",
        "battery",
        "megabytesLeft",
        "saveData",
        "cpuLimited",
        "hidden",
    ],
    *["pin", "budgetMb", "usedMb", "priority"],
]

#: Rates of all sizes, the small ones as often as the large.
rates = st.one_of(st.integers(5, 60), st.integers(60, 400), st.integers(400, 5000))
conditions = st.tuples(
    st.one_of(st.just(0), rates, rates, rates),
    st.integers(20, 1200),
    st.sampled_from([0, 0, 0.01, 0.03, 0.1, 0.2, 0.3]),
)


@st.composite
def links(draw: st.DrawFn) -> Case:
    """A link that becomes another every few seconds, up to four people, an outage now and then."""
    at, moments = 0, []
    for kbps, rtt, loss in draw(st.lists(conditions, min_size=1, max_size=12)):
        moments.append(moment(at, kbps, rtt, loss))
        at += draw(st.integers(2, 60))
    seats, queue, seed = draw(st.integers(1, 4)), draw(st.sampled_from([300, 1000, 2000])), draw(st.integers(0, 999))
    return a_link(moments, seats, at + 60, queueMs=queue, seed=seed)


@st.composite
def wishes(draw: st.DrawFn) -> list[Case]:
    """What people chose and devices said, changing a few times."""
    rung = st.sampled_from([None, *RUNGS])
    found, at = [], 0
    for _ in range(draw(st.integers(1, 4))):
        device = draw(st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("saveData", "hidden")}))
        choices = draw(
            st.fixed_dictionaries(
                {"pin": rung, "priority": st.sampled_from([None, *SEATS])}, optional={"budgetMb": st.floats(0, 60)}
            )
        )
        asks = draw(st.dictionaries(st.sampled_from(SEATS), st.sampled_from(RUNGS), max_size=2))
        found.append({"from": at, "device": device, "choices": choices, "asks": asks})
        at += draw(st.integers(5_000, 90_000))
    return found


@many
@given(link=links())
def test_on_any_link_voice_comes_first_nothing_flaps_and_trouble_is_answered_in_time(play: Player, link: Case) -> None:
    assert play({"link": link})["faults"] == []


@pytest.mark.parametrize("trace", sorted(TRACES.glob("*.csv")), ids=lambda path: path.stem)
@pytest.mark.parametrize("seats", [1, 3])
def test_on_the_traces_too(play: Player, trace: Path, seats: int) -> None:
    moments = [
        moment(one.start, one.up.kbps or 0 if one.up.up else 0, 2000 * one.up.delay, one.up.loss)
        for one in read_trace(trace).moments
    ]
    answer = play({"link": a_link(moments, seats, moments[-1]["at"] / 1000 + 30), "again": True})
    assert answer["faults"] == []
    assert all(any(rung != "clip" for _, rung, _ in rungs) for rungs in answer["rungs"].values())


@many
@given(link=links(), choices=wishes())
def test_what_people_choose_is_never_exceeded(play: Player, link: Case, choices: list[Case]) -> None:
    """A choice may turn the ladder as often as it is changed."""
    assert play({"link": link, "choices": choices, "without": ["noFlapping"]})["faults"] == []


@few
@given(link=links(), budget=st.floats(0, 30))
def test_no_more_megabytes_are_spent_than_were_allowed(play: Player, link: Case, budget: float) -> None:
    assert (
        play({"link": link, "choices": [{"from": 0, "choices": {"budgetMb": budget}}], "without": ["noFlapping"]})[
            "faults"
        ]
        == []
    )


@many
@given(
    link=links(),
    field=st.sampled_from(FIELDS),
    value=st.sampled_from(["nan", "infinity", "less", "undefined", -1, -1e300, 1e300, "much", "", True, [], {}, [7]]),
)  # fmt: skip
def test_a_lie_gets_nobody_more_than_silence(play: Player, link: Case, field: str, value: Any) -> None:
    assert play({"link": link, "lie": {"field": field, "value": value}})["faults"] == []


@few
@given(link=links(), choices=wishes())
def test_the_same_looks_give_the_same_decisions_also_from_a_state_that_was_put_away(
    play: Player, link: Case, choices: list[Case]
) -> None:
    assert play({"link": link, "choices": choices, "again": True, "without": ["noFlapping"]})["faults"] == []


@few
@given(kbps=rates, rtt=st.integers(20, 220), loss=st.sampled_from([0, 0.01, 0.02]), seats=st.integers(1, 4))
def test_a_near_link_is_on_its_best_rung_within_half_a_minute(
    play: Player, kbps: int, rtt: int, loss: float, seats: int
) -> None:
    link = a_link([moment(0, kbps, rtt, loss)], seats, 120)
    assert play({"link": link, "steady": {"from": 0, "withinMs": 30_000, "share": 0}})["faults"] == []


@few
@given(kbps=rates, rtt=st.integers(300, 900), loss=st.sampled_from([0, 0.01, 0.02]), seats=st.integers(1, 4))
def test_a_far_link_is_on_its_best_rung_within_four_minutes(
    play: Player, kbps: int, rtt: int, loss: float, seats: int
) -> None:
    link = a_link([moment(0, kbps, rtt, loss)], seats, 300)
    assert play({"link": link, "steady": {"from": 0, "withinMs": 240_000, "share": 0}})["faults"] == []


@few
@given(before=links(), kbps=rates, rtt=st.integers(20, 900), loss=st.sampled_from([0, 0.01, 0.02]))
def test_whatever_was_before_the_best_rung_is_reached_within_eight_minutes(
    play: Player, before: Case, kbps: int, rtt: int, loss: float
) -> None:
    begins = before["moments"][-1]["at"] + 60_000
    moments = [*before["moments"], moment(begins / 1000, kbps, rtt, loss)]
    link = {**before, "moments": moments, "seconds": begins / 1000 + 600}
    assert play({"link": link, "steady": {"from": begins, "withinMs": 480_000, "share": 0}})["faults"] == []


@pytest.mark.parametrize(
    ("kbps", "rtt", "seats"),
    [
        (20, 600, 1),
        (50, 400, 2),
        (330, 200, 2),
        (330, 200, 3),
        (2000, 60, 1),
        (2000, 60, 4),
        (130, 300, 1),
        (5000, 600, 2),
    ],
)
def test_a_best_rung_is_kept_but_for_tries_of_the_next(play: Player, kbps: int, rtt: int, seats: int) -> None:
    link = a_link([moment(0, kbps, rtt, 0.01)], seats, 900)
    assert play({"link": link, "steady": {"from": 0, "withinMs": 240_000, "share": 0.7}})["faults"] == []


@pytest.mark.parametrize("seats", [2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_on_a_narrow_uplink_it_is_found_who_is_heard_live(play: Player, seats: int, seed: int) -> None:
    """Two copies of the leanest voice just fit 20 kbit/s. Of three or four some become voice notes by themselves."""
    link = a_link([moment(0, 20, 600, 0.02)], seats, 420, queueMs=2000, seed=seed)
    answer = play({"link": link, "narrow": {"from": 60_000, "share": 0.75}})
    assert answer["faults"] == []
    clipped = [seat for seat, rungs in answer["rungs"].items() if any(rung == "clip" for _, rung, _ in rungs)]
    assert bool(clipped) == (seats > 2)


def test_a_good_link_gives_a_picture_in_seconds(play: Player) -> None:
    [rungs] = play({"link": a_link([moment(0, 5000, 40, 0)], 1, 60)})["rungs"].values()
    first = {rung: at for at, rung, _ in reversed(rungs)}
    assert first["stills"] <= 6
    assert first["video"] <= 15
    assert first["hd"] <= 25


def test_a_fall_from_two_megabits_to_forty_kilobits_takes_the_picture_in_three_seconds(play: Player) -> None:
    [rungs] = play({"link": a_link([moment(0, 2000, 60, 0), moment(60, 40, 60, 0)], 1, 90, queueMs=2000)})[
        "rungs"
    ].values()
    voice_alone = [at for at, rung, _ in rungs if at >= 60 and rung == "voice"]
    assert voice_alone[0] <= 60 + 2 + 3, "two seconds until the queue is seen, three to act"
    assert all(rung != "clip" for _, rung, _ in rungs)
