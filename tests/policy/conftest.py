"""The world that the tables are tried in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from tests.policy.world import World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from django.conf import LazySettings

    from farward.people.models import Rotation, Site
    from tests.fixtures.cast import Booker


@pytest.fixture
def _captures(tmp_path: Path, settings: LazySettings) -> None:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    cache.clear()


@pytest.fixture
def world(_captures: None, booked: Booker, rotation: Rotation, site: Site, other_site: Site) -> World:
    return make_world(booked, rotation, site, other_site)
