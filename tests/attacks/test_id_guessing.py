"""An attacker knows ids that are not theirs. Put into addresses of their own, they open nothing (IDOR).

Whole addresses of others are tried for everyone in tests/policy/test_routes.py; here true ids of two visits are mixed.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from farward.policy.routes import ROUTES
from tests.encounters.support import seat_of
from tests.policy.walk import fill
from tests.policy.world import undone
from tests.recordings.support import SIGNED

if TYPE_CHECKING:
    from django.test import Client

    from tests.policy.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

MIXED = [address for address in ROUTES if address.count("<uuid:") > 1]


def test_there_are_addresses_with_two_ids() -> None:
    assert len(MIXED) > 7


@pytest.mark.parametrize("address", MIXED)
def test_a_thing_of_one_visit_is_not_found_under_another(address: str, world: World) -> None:
    """Amina and Dr Osei have seats in both visits: only the pair of ids is wrong."""
    here, there = world.encounter, world.other
    row = ROUTES[address]
    things: dict[str, Any] = {
        "encounter_id": there.pk,
        "seat_id": seat_of(here if "encounter_id" in address else there, "learner").pk,
        "capture_id": world.still,
        "clip_id": world.clip,
        "upload_id": world.uploads["learner"] if row.seats else world.recording,
    }
    # A device that holds the learner's seat in the other visit; accounts that are seated in both.
    clients = [world.strangers["learner of another visit"]] if row.seats else list(world.own.values())
    for client, method in product(clients, row.methods):
        if method != "PUT":
            # A recording says first that nobody agreed to recordings there, whatever is asked for.
            assert _status(client, method, fill(address, things)) in {404, 403 if "recordings" in address else 404}


def test_an_upload_of_another_seat_is_not_found_under_the_own(world: World) -> None:
    here = world.encounter
    theirs = f"/s/{seat_of(here, 'patient').pk}/uploads/{world.uploads['learner']}"
    for method in ("HEAD", "PATCH", "DELETE"):
        assert _status(world.seats["patient"], method, theirs) == 404


@pytest.mark.parametrize("page", ["", "password"])
def test_a_coordinator_changes_nobody_who_has_rights_elsewhere(page: str, world: World) -> None:
    from farward.people.models import User

    coordinator = world.site["coordinator"]
    for name in ("Far coordinator", "Near administrator", "Near privacy_officer"):
        person = User.objects.get(name=name)
        form = {"name": "Mine now", "email": "kofi@evil.example", "act": "issue"}
        answer = coordinator.post(f"/people/{person.pk}/{page}", form)
        assert answer.status_code == 404, name
        person.refresh_from_db()
        assert person.name == name


def _status(client: Client, method: str, path: str) -> int:
    with undone():
        form = {"act": "issue", "stance": "listening"}
        if method == "POST":
            return client.post(path, form, headers=SIGNED).status_code
        return client.generic(method, path, headers=SIGNED).status_code
