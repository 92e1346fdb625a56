"""Pages for those whose browser was told to save data."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from farward.people.models import User
from tests.fixtures.cast import Booker

from .test_pages import open_seat

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def handed_over(page: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(("header", "saves"), [({}, False), ({"Save-Data": "on"}, True), ({"Save-Data": "?0"}, False)])
def test_the_room_loads_what_is_large_only_on_the_way_to_it(
    client: Client, booked: Booker, amina: User, header: dict[str, str], saves: bool
) -> None:
    path = open_seat(client, amina, booked(), "learner")
    page = client.get(f"{path}/", headers=header)
    assert handed_over(page.content.decode(), "connection")["saveData"] is saves
    assert "Save-Data" in page["Vary"]


def test_no_cache_gives_a_small_page_to_others(client: Client) -> None:
    assert "Save-Data" in client.get("/accounts/login/")["Vary"]


def test_the_lobby_is_given_what_its_cost_is_reckoned_from(client: Client, booked: Booker, amina: User) -> None:
    path = open_seat(client, amina, booked(), "learner")
    page = client.get(f"{path}/lobby").content.decode()
    assert handed_over(page, "weight") == {"minutes": 40, "up": 2, "down": 2, "price": None}
