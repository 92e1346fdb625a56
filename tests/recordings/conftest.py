"""Recordings on a disk of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from farward.encounters.models import Encounter, Seat
from tests.encounters.support import bring_to, seat_of
from tests.fixtures.cast import Booker

from .support import all_agree, decide


@pytest.fixture(autouse=True)
def captures_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    settings.FARWARD_DISK_RESERVE_MEGABYTES = 0
    return tmp_path / "captures"


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    """A simulated visit in which everyone agreed to be recorded."""
    found = booked(kind="simulated")
    bring_to(found, "interview")
    all_agree(found)
    return found


@pytest.fixture
def learner(booked: Booker) -> Seat:
    """Amina in an interview, who has agreed to be recorded."""
    encounter = booked(kind="simulated")
    bring_to(encounter, "interview")
    seat = seat_of(encounter, "learner")
    assert decide(seat) == "ok"
    return seat
