"""Tiles: what they say, their order, and how few bytes they cost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from farward.encounters.tower.consumer import GATHER_SECONDS
from farward.encounters.tower.tiles import (
    Need,
    Tile,
    acts_in,
    changes,
    encode,
    full_frame,
    in_order,
    need_of,
    patient_word,
)

#: TCP/IP headers with timestamps, TLS record and WebSocket header of one small frame, and its acknowledgement.
FRAME_OVERHEAD = 66 + 29 + 4 + 66


def tile(n: int = 1, **changes: Any) -> Tile:
    now = 1_790_000_000
    plain: dict[str, Any] = {
        "n": n, "seat": "0199c1c2-8b10-73de-8019-f68ddda82516", "learner": "Amina Yusuf", "kind": "clinic",
        "status": "live", "phase": "interview", "since": now, "starts": now, "link": "good", "patient": "here",
        "acts": ("listening", "whisper", "in"),
    }  # fmt: skip
    made = Tile(**(plain | changes))
    return msgspec.structs.replace(made, need=need_of(made))


def test_those_who_need_someone_come_first_and_the_longest_wait_first_among_them() -> None:
    tiles = [
        tile(1), tile(2, status="booked", phase="huddle"), tile(3, link="bad"),
        tile(4, phase="hallway"), tile(5, hand=1_790_000_100), tile(6, hand=1_790_000_050),
        tile(7, phase="huddle", patient="waits", waits=5),
    ]  # fmt: skip
    assert [one.n for one in in_order(tiles)] == [6, 5, 4, 7, 3, 1, 2]


@pytest.mark.parametrize(
    ("changed", "need"),
    [
        ({"hand": 5}, Need.HAND),
        ({"phase": "hallway"}, Need.PRECEPTOR),
        ({"phase": "hallway", "me": "here"}, Need.LIVE),
        ({"phase": "huddle", "patient": "waits"}, Need.PATIENT),
        ({"link": "lost"}, Need.LINK),
        ({}, Need.LIVE),
        ({"status": "booked", "hand": 5}, Need.SOON),
    ],
)
def test_a_tile_says_what_is_needed(changed: dict[str, Any], need: Need) -> None:
    assert tile(**changed).need == need


@pytest.mark.parametrize(
    ("phase", "acts"),
    [
        ("check_in", ("listening", "whisper", "in")),
        ("interview", ("listening", "whisper", "in")),
        ("together", ("whisper", "in")),
        ("hallway", ("in",)),
    ],
)
def test_the_buttons_fit_the_phase(phase: str, acts: tuple[str, ...]) -> None:
    assert acts_in(phase, "live") == acts
    assert acts_in(phase, "booked") == ("in",)


def test_a_patient_waits_only_while_staff_are_apart() -> None:
    assert patient_word(True, "hallway", "live") == "waits"
    assert patient_word(True, "interview", "live") == "here"
    assert patient_word(False, "hallway", "live") == "away"


def test_only_what_changed_is_sent() -> None:
    before = {1: tile(1), 2: tile(2)}
    after = {1: tile(1), 2: tile(2, link="weak")}
    assert changes(before, after) == {"t": "changes", "tiles": [{"n": 2, "link": "weak"}]}
    assert changes(after, after) is None
    assert changes(before, {1: before[1]}) == {"t": "changes", "gone": [2]}


def test_changes_make_the_same_tiles_as_everything_anew() -> None:
    before = {1: tile(1), 2: tile(2)}
    after = {2: tile(2, phase="hallway", since=9), 3: tile(3)}
    frame = changes(before, after)
    assert frame is not None
    state = {one["n"]: one for one in full_frame(list(before.values()))["tiles"]}
    for one in frame["tiles"]:
        state[one["n"]] = state.get(one["n"], {}) | one
    for n in frame["gone"]:
        del state[n]
    assert state == {one["n"]: one for one in full_frame(list(after.values()))["tiles"]}


def bits_a_second(frames: list[str], seconds: float) -> float:
    return sum(len(frame.encode()) + FRAME_OVERHEAD for frame in frames) * 8 / seconds


def test_a_quiet_minute_costs_a_lone_tile_under_150_bits_a_second() -> None:
    # Nothing changes: what passes is a beat and its answer, a little more than twice a minute.
    beats = ['{"t":"beat"}'] * 6
    assert bits_a_second(beats, 60) < 150


@pytest.mark.parametrize("count", [1, 6, 20])
def test_a_tile_whose_every_fact_changes_all_the_time_stays_under_1_kbit_a_second(count: int) -> None:
    # The worst case: at each gathering every tile has a new phase, link, hand, patient and stance.
    phases = ["hallway", "interview"]
    frames = []
    state = {n: tile(n) for n in range(1, count + 1)}
    for step in range(30):
        changed = {
            n: tile(
                n, phase=phases[step % 2], since=1_790_000_000 + step, link=["weak", "good"][step % 2],
                hand=[0, 1_790_000_000 + step][step % 2], patient=["waits", "here"][step % 2],
                waits=[1_790_000_000 + step, 0][step % 2], acts=acts_in(phases[step % 2], "live"),
            )
            for n in state
        }  # fmt: skip
        frame = changes(state, changed)
        assert frame is not None
        frames.append(encode(frame))
        state = changed
    assert bits_a_second(frames, 30 * GATHER_SECONDS) / count < 1000


def test_one_change_every_five_seconds_costs_a_tile_well_under_1_kbit_a_second() -> None:
    frame = changes({1: tile(1)}, {1: tile(1, phase="hallway", since=1_790_000_500, acts=("in",))})
    assert frame is not None
    assert bits_a_second([encode(frame)] * 12, 60) < 500
