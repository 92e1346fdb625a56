"""Whoever gets an answer from a page that shows somebody is recorded; who gets one that shows nobody is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.urls import resolve

from farward.encounters.access.routes import SHOWS, shows_of
from farward.people.models import Rotation, Site
from farward.policy.routes import row_of
from farward.privacy.models import AccessRecord
from tests.fixtures.cast import Booker
from tests.policy.test_routes import ADDRESSES, IN, _cells
from tests.policy.world import World, make_world, undone

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def world(
    *, tmp_path: Path, settings: LazySettings, booked: Booker, rotation: Rotation, site: Site, other_site: Site
) -> World:
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    cache.clear()
    return make_world(booked, rotation, site, other_site)


def test_each_answer_that_shows_somebody_is_recorded_and_no_other(world: World) -> None:
    wrong, tried = [], set()
    for address in ADDRESSES:
        row = row_of(address)
        assert row is not None
        for cell in [cell for cell in _cells(address, row, world) if cell.expected == IN]:
            name = resolve(cell.path).view_name
            with undone():
                before = AccessRecord.objects.count()
                answer = cell.client.get(cell.path)
                recorded = AccessRecord.objects.count() - before
            shown = answer.status_code == 200 and shows_of(name) is not None
            tried |= {name} if shown else set()
            if (recorded > 0) != shown:
                wrong.append(f"{name}: {cell.who} got {answer.status_code}, {recorded} recorded")
    assert wrong == []
    # That is, nearly every page that can be looked at; the others take something, or need glass broken first.
    assert len(tried & SHOWS.keys()) >= 25
