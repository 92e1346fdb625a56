"""The week: each visit on the day it has at its own site."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from farward.encounters.desk.queries import week_of
from farward.people.models import Membership, Site, User
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> object:
    with time_machine.travel(datetime(2027, 3, 3, 12, tzinfo=UTC), tick=True) as traveller:
        yield traveller


def test_a_visit_late_in_utc_stands_on_the_next_day_of_an_eastern_site(kofi: User, site: Site, booked: Booker) -> None:
    booked(starts_at=datetime(2027, 3, 4, 22, 30, tzinfo=UTC))
    days = week_of(kofi, MONDAY, site)
    assert [len(day.rows) for day in days] == [0, 0, 0, 0, 1, 0, 0]
    assert days[4].rows[0].starts.hour == 1


def test_a_visit_at_the_edge_of_the_week_belongs_to_one_week_only(kofi: User, site: Site, booked: Booker) -> None:
    booked(starts_at=datetime(2027, 3, 7, 21, 30, tzinfo=UTC))
    assert not any(day.rows for day in week_of(kofi, MONDAY, site))
    assert len(week_of(kofi, date(2027, 3, 8), site)[0].rows) == 1


def test_the_page_shows_the_asked_week_and_the_zone(client: Client, kofi: User, booked: Booker) -> None:
    booked(starts_at=datetime(2027, 3, 11, 7, tzinfo=UTC))
    client.force_login(kofi)
    assert "10:00" not in client.get("/week/").content.decode()
    page = client.get("/week/?from=2027-03-10").content.decode()
    assert "8 Mar – 14 Mar 2027" in page
    assert "10:00" in page
    assert "Africa/Nairobi" in page


@pytest.mark.parametrize("wanted", ["yesterday", "9999-12-31", "0001-01-01", "2027-13-01"])
def test_a_nonsense_date_shows_this_week(client: Client, kofi: User, wanted: str) -> None:
    client.force_login(kofi)
    assert "1 Mar – 7 Mar 2027" in client.get("/week/", {"from": wanted}).content.decode()


def test_a_site_can_be_picked(client: Client, kofi: User, other_site: Site, booked: Booker) -> None:
    Membership.objects.create(user=kofi, site=other_site, role="coordinator")
    booked(starts_at=datetime(2027, 3, 4, 7, tzinfo=UTC))
    client.force_login(kofi)
    assert "Amina Yusuf" in client.get("/week/").content.decode()
    assert "Amina Yusuf" not in client.get("/week/", {"site": str(other_site.pk)}).content.decode()


def test_a_learner_sees_the_own_visits_only(
    client: Client, amina: User, osei: User, booked: Booker, site: Site
) -> None:
    from farward.encounters.actions.booking import SeatRequest
    from tests.fixtures.cast import make_person

    daniel = make_person("Daniel Mwangi", site, "learner")
    people = [
        SeatRequest(role="learner", user=daniel),
        SeatRequest(role="preceptor", user=osei),
        SeatRequest(role="patient", name="Joseph"),
    ]
    booked(starts_at=datetime(2027, 3, 4, 7, tzinfo=UTC), seats=people)
    client.force_login(amina)
    assert "Nothing booked" in client.get("/week/").content.decode()
    assert "Dr Osei" not in client.get("/week/").content.decode()
