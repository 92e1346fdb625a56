"""The token bucket lets a burst pass, then its rate."""

from __future__ import annotations

import time

import pytest

from farward.encounters.live.limits import Bucket


def test_a_burst_passes_and_the_next_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    bucket = Bucket(rate=2, burst=3)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]


def test_a_long_rest_fills_the_bucket_no_higher_than_its_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    bucket = Bucket(rate=2, burst=3)
    now += 3600
    assert sum(bucket.take() for _ in range(10)) == 3
