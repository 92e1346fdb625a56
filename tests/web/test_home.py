"""The first page, for each role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import mark_no_show
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Encounter, NoteState, SeatRole, Status
from farward.people.models import Membership, Site, User
from farward.web.home import Coordination, home_of
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db


def close(encounter: Encounter, state: NoteState) -> None:
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.CLOSED, note_state=state)


def desk_of(user: User) -> Coordination:
    desk = home_of(user).coordination
    assert desk is not None
    return desk


def test_a_visit_that_is_on_now_can_be_joined(amina: User, booked: Booker) -> None:
    encounter = booked()
    home = home_of(amina)
    assert [row.encounter for row in home.now] == [encounter]
    assert home.today == home.coming == []


def test_a_visit_is_offered_a_quarter_of_an_hour_ahead(amina: User, booked: Booker) -> None:
    booked(starts_at=timezone.now() + timedelta(minutes=14))
    booked(starts_at=timezone.now() + timedelta(minutes=17))
    assert len(home_of(amina).now) == 1


def test_a_visit_that_runs_over_stays_joinable(amina: User, booked: Booker) -> None:
    encounter = booked()
    past = timezone.now() - timedelta(hours=3)
    Encounter.objects.filter(pk=encounter.pk).update(
        status=Status.LIVE, starts_at=past, ends_at=past + timedelta(hours=1)
    )
    assert len(home_of(amina).now) == 1


def test_later_visits_are_today_or_coming_by_the_day_of_the_site(amina: User, booked: Booker, site: Site) -> None:
    near = booked(starts_at=timezone.now() + timedelta(minutes=30))
    far = booked(starts_at=timezone.now() + timedelta(days=3))
    home = home_of(amina)
    local = timezone.localtime(near.starts_at, site.zone).date()
    today = timezone.localdate(timezone=site.zone)
    assert next(row.encounter for row in (home.today if local == today else home.coming)) == near
    assert home.coming[-1].encounter == far


def test_a_cancelled_visit_is_on_no_list(amina: User, booked: Booker) -> None:
    encounter = booked()
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.CANCELLED)
    home = home_of(amina)
    assert home.now == home.today == home.coming == home.notes == []


@pytest.mark.parametrize(
    ("state", "learner_has_it", "preceptor_has_it"),
    [
        (NoteState.DRAFT, True, False),
        (NoteState.RETURNED, True, False),
        (NoteState.SUBMITTED, False, True),
        (NoteState.COSIGNED, False, False),
    ],
)
def test_a_note_waits_with_the_one_whose_turn_it_is(
    booked: Booker, amina: User, osei: User, state: NoteState, *, learner_has_it: bool, preceptor_has_it: bool
) -> None:
    close(booked(), state)
    assert bool(home_of(amina).notes) is learner_has_it
    assert bool(home_of(osei).to_sign) is preceptor_has_it
    assert not home_of(amina).to_sign


def test_returned_notes_come_before_drafts(booked: Booker, amina: User) -> None:
    close(booked(), NoteState.DRAFT)
    close(booked(starts_at=timezone.now() + timedelta(minutes=1)), NoteState.RETURNED)
    assert [row.encounter.note_state for row in home_of(amina).notes] == ["returned", "draft"]


def test_a_coordinator_sees_missed_visits_and_patients_without_a_link(kofi: User, booked: Booker) -> None:
    mark_no_show(by=kofi, encounter=booked())
    soon = booked(starts_at=timezone.now() + timedelta(hours=5))
    desk = desk_of(kofi)
    assert (desk.figures.booked, desk.figures.missed) == (1, 1)
    assert [row.encounter for row in desk.without_link] == [soon]
    issue_invitation(by=kofi, seat=soon.seats.get(role=SeatRole.PATIENT))
    assert desk_of(kofi).without_link == []


def test_figures_count_only_the_sites_one_coordinates(booked: Booker, kofi: User, other_site: Site) -> None:
    booked()
    Membership.objects.filter(user=kofi).update(site=other_site)
    assert desk_of(kofi).figures.booked == 0


def test_a_coordinator_with_two_roles_at_a_site_counts_each_visit_once(booked: Booker, kofi: User, site: Site) -> None:
    Membership.objects.create(user=kofi, site=site, role="preceptor")
    booked()
    assert desk_of(kofi).figures.booked == 1


def test_someone_without_a_role_is_told_whom_to_ask(client: Client, sam: User) -> None:
    client.force_login(sam)
    assert "no role yet" in client.get("/").content.decode()


def test_times_are_in_the_zone_of_the_site_and_say_so(client: Client, amina: User, booked: Booker, site: Site) -> None:
    encounter = booked(starts_at=timezone.now() + timedelta(days=2))
    client.force_login(amina)
    page = client.get("/").content.decode()
    assert timezone.localtime(encounter.starts_at, site.zone).strftime(">%H:%M<") in page
    assert "Africa/Nairobi" in page


def test_with_several_sites_each_time_names_its_zone(
    client: Client, amina: User, booked: Booker, other_site: Site
) -> None:
    Membership.objects.create(user=amina, site=other_site, role="learner")
    booked(starts_at=timezone.now() + timedelta(days=2))
    client.force_login(amina)
    assert "Kisumu Clinic, EAT" in client.get("/").content.decode()


def test_the_bar_holds_what_the_roles_open(client: Client, amina: User, kofi: User, support: User) -> None:
    bars = {}
    for person in (amina, kofi, support):
        client.force_login(person)
        bars[person.name] = [item.label for item in client.get("/").context["nav"]]
    assert bars == {
        "Amina Yusuf": ["Today", "Week"],
        "Kofi Mensah": ["Today", "Week", "People"],
        "Noor Haddad": ["Today", "Help desk"],
    }


def test_an_empty_school_begins_with_its_first_site(client: Client) -> None:
    client.force_login(User.objects.create_superuser("first@school.example", name="First"))
    page = client.get("/").content.decode()
    assert 'href="/sites/new"' in page
    assert "own site's zone" not in page
    assert "Add a site first" in client.get("/people/new").content.decode()
