"""Minimum necessary: what reaches each role of a person is what the list says, on every page and frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from farward.encounters.queries import room_state
from farward.policy.people import SEATS
from farward.policy.sight import ACCOUNTS, NAMES, SHOWN, shows_name
from tests.encounters.support import seat_of

if TYPE_CHECKING:
    from tests.policy.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

PEOPLE = {
    "patient": "Ms Rivera",
    "companion": "Rosa Rivera",
    "interpreter": "Mateo Cruz",
    "learner": "Amina Yusuf",
    "preceptor": "Dr Osei",
    "observer": "Lena Brandt",
    "helper": "Tom Reed",
}
CONTACT = "rivera@mail.example"


def test_every_role_has_its_lists() -> None:
    assert NAMES.keys() == SHOWN.keys() == set(SEATS)
    assert not shows_name("somebody", "patient")
    assert not shows_name("observer", "patient")


@pytest.mark.parametrize("role", SEATS)
def test_the_room_tells_each_seat_exactly_what_is_listed(role: str, world: World) -> None:
    state = room_state(seat_of(world.encounter, role).pk)
    for line in state["seats"]:
        told = set(line) - {"seat", "name"}
        assert told == set(SHOWN[role]) - {"waiting device"}
        named = line["role"] == role or shows_name(role, line["role"])
        assert (line["name"] == PEOPLE[line["role"]]) == named


@pytest.mark.parametrize("role", SEATS)
@pytest.mark.parametrize("page", ["lobby", "", "left", "summary/"])
def test_the_pages_of_a_seat_name_nobody_whom_it_may_not_see(role: str, page: str, world: World) -> None:
    client = world.seats[role]
    _names_only(client.get(f"/s/{seat_of(world.encounter, role).pk}/{page}").content.decode(), role)


@pytest.mark.parametrize("role", ["learner", "preceptor", "observer", "helper"])
@pytest.mark.parametrize("page", ["", "debrief/", "note/"])
def test_the_pages_of_an_account_name_nobody_whom_its_seat_may_not_see(role: str, page: str, world: World) -> None:
    html = world.own[role].get(f"/e/{world.encounter.pk}/{page}").content.decode()
    _names_only(html, role)
    if role != "preceptor":
        assert CONTACT not in html


@pytest.mark.parametrize("page", ["/", "/week/", "/help/", "/integrity/", "/people/", "/rotations/"])
@pytest.mark.parametrize("role", sorted(ACCOUNTS))
def test_no_list_names_a_patient(role: str, page: str, world: World) -> None:
    for client in (world.site[role], world.far[role]):
        html = client.get(page).content.decode()
        assert "Rivera" not in html
        assert CONTACT not in html
        assert "Cough for three weeks" not in html


@pytest.mark.parametrize("role", ["coordinator", "support", "administrator", "privacy_officer"])
def test_who_runs_the_school_sees_schedules_and_faults_and_no_content(role: str, world: World) -> None:
    client, here = world.site[role], world.encounter
    for page in (
        "note/",
        "debrief/",
        f"captures/{world.still}",
        f"clips/{world.clip}",
        f"recordings/{world.recording}",
    ):
        assert client.get(f"/e/{here.pk}/{page}").status_code == 404
    if role == "support":
        html = client.get("/help/").content.decode()
        assert not any(name in html for name in PEOPLE.values())


def _names_only(html: str, role: str) -> None:
    """Whether no name stands here that this seat may not see."""
    for other, name in PEOPLE.items():
        if other != role and not shows_name(role, other):
            assert name not in html, f"{role} reads the name of the {other}"
