"""Nothing outside of what is meant to be read or written is reached by a path.

That what is kept is readable by the server's own user alone is tried in tests/cli/test_house.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from tests.encounters.support import new_device, seat_of
from tests.policy.world import World
from tests.recordings.support import create

if TYPE_CHECKING:
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

CLIMBS = ["../", "..%2f", "..%252f", "%2e%2e/", "..\\", "..%5c", "....//", "%c0%ae%c0%ae/", "/./../"]
WANTED = ["etc/passwd", "farward.sqlite3", "keys/master.keys", "settings.py"]


@pytest.mark.parametrize("climb", CLIMBS)
@pytest.mark.parametrize(
    "below", ["/static/", "/s/{seat}/captures/", "/s/{seat}/clips/", "/e/{encounter}/recordings/", "/"]
)
def test_no_address_climbs_out(climb: str, below: str, booked: Booker) -> None:
    encounter = booked()
    seat = seat_of(encounter, "learner")
    _device, token = new_device(seat)
    client = Client(headers={"Cookie": f"seat={token}"})
    start = below.format(seat=seat.pk, encounter=encounter.pk)
    for wanted in WANTED:
        answer = client.get(start + climb * 6 + wanted)
        assert answer.status_code in {400, 404}


@pytest.mark.parametrize("name", ["../../evil.webm", "/etc/cron.d/evil", "a\x00b", "..\\..\\evil", "nul", "x" * 5000])
def test_no_file_is_named_by_a_device(name: str, world: World) -> None:
    """A name that a device gives a recording is kept as a line about it, and never becomes one of a file."""
    import base64

    from tests.recordings.support import WEBM, device_of

    seat = seat_of(world.encounter, "learner")
    told = WEBM + ",filename " + base64.b64encode(name.encode()).decode()
    create(device_of(seat), seat, 10, **{"Upload-Metadata": told})
    root = Path(settings.FARWARD_CAPTURES_DIR)
    for path in root.rglob("*"):
        assert path.resolve().is_relative_to(root.resolve())
        assert "evil" not in path.name
        assert len(path.name) < 80
