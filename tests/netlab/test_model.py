"""The pure model of a link, over made-up links and made-up traffic."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farward.cli.netlab.model import Burst, Condition, Direction

RATES = st.floats(5, 5000)
DELAYS = st.floats(0, 1)
SIZES = st.lists(st.integers(20, 1400), min_size=1, max_size=120)
GAPS = st.floats(0, 0.05)


def through(condition: Condition, sizes: list[int], gap: float, seed: int = 1) -> list[float | None]:
    direction = Direction(random.Random(seed), condition)
    return [direction.offer(size, place * gap) for place, size in enumerate(sizes)]


@given(kbps=RATES, delay=DELAYS, jitter=DELAYS, sizes=SIZES, gap=GAPS)
def test_packets_keep_their_order(kbps: float, delay: float, jitter: float, sizes: list[int], gap: float) -> None:
    condition = Condition(kbps=kbps, delay=delay, jitter=jitter, queue=60)
    out = [at for at in through(condition, sizes, gap) if at is not None]
    assert out == sorted(out)


@given(kbps=RATES, delay=DELAYS, sizes=SIZES, gap=GAPS)
def test_no_more_comes_out_than_the_rate_allows(kbps: float, delay: float, sizes: list[int], gap: float) -> None:
    out = [at for at in through(Condition(kbps=kbps, delay=delay, queue=600), sizes, gap) if at is not None]
    assert len(out) == len(sizes)
    assert out[-1] - delay >= sum(sizes) * 8 / (kbps * 1000) - 1e-6


@given(delay=DELAYS, jitter=DELAYS, sizes=SIZES, gap=GAPS)
def test_nothing_comes_out_sooner_than_the_delay_less_the_jitter(
    delay: float, jitter: float, sizes: list[int], gap: float
) -> None:
    for place, at in enumerate(through(Condition(delay=delay, jitter=jitter), sizes, gap)):
        assert at is not None
        assert at >= place * gap + max(0.0, delay - jitter) - 1e-9


@given(kbps=RATES, queue=st.floats(0.01, 2), sizes=SIZES)
def test_nothing_waits_longer_than_the_queue_allows(kbps: float, queue: float, sizes: list[int]) -> None:
    longest = max(sizes) * 8 / (kbps * 1000)
    assert all(
        at is None or at <= queue + longest + 1e-6 for at in through(Condition(kbps=kbps, queue=queue), sizes, 0)
    )


@given(loss=st.floats(0, 1), seed=st.integers(0, 1000))
def test_the_share_that_is_lost_is_the_share_that_was_asked_for(loss: float, seed: int) -> None:
    out = through(Condition(loss=loss), [100] * 2000, 0.01, seed)
    # Six standard deviations of 2,000 throws: one false alarm in a thousand million.
    assert abs(out.count(None) / 2000 - loss) <= 6 * (0.25 / 2000) ** 0.5


@given(sizes=SIZES, seed=st.integers(0, 100))
def test_every_packet_is_counted_once(sizes: list[int], seed: int) -> None:
    direction = Direction(random.Random(seed), Condition(kbps=20, loss=0.2, queue=0.1))
    out = [direction.offer(size, place * 0.01) for place, size in enumerate(sizes)]
    tally = direction.tally
    assert tally.packets == len(sizes) == tally.delivered + tally.lost + tally.overflowed + tally.cut
    assert tally.delivered == sum(at is not None for at in out)


def test_bursts_lose_packets_together() -> None:
    burst = Burst(enter=0.01, leave=0.1, loss=1.0)
    lost = [at is None for at in through(Condition(burst=burst), [100] * 20_000, 0.01)]
    runs = "".join("x" if gone else "." for gone in lost).split(".")
    lengths = [len(run) for run in runs if run]
    assert sum(lost) / 20_000 == pytest.approx(1 / 11, abs=0.02)
    assert sum(lengths) / len(lengths) == pytest.approx(10, abs=2)


def test_the_same_seed_loses_the_same_packets() -> None:
    condition = Condition(kbps=40, jitter=0.1, loss=0.3)
    assert through(condition, [200] * 50, 0.02, 7) == through(condition, [200] * 50, 0.02, 7)
    assert through(condition, [200] * 50, 0.02, 7) != through(condition, [200] * 50, 0.02, 8)


def test_a_link_that_is_cut_lets_nothing_pass_and_one_that_is_mended_does() -> None:
    direction = Direction(random.Random(1), Condition(up=False))
    assert direction.offer(100, 0.0) is None
    direction.become(Condition())
    assert direction.offer(100, 1.0) == 1.0


@pytest.mark.parametrize("wrong", [{"kbps": 0}, {"loss": 1.5}, {"delay": -1}], ids=str)
def test_a_link_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"link|loss|delay"):
        Condition(**wrong)
