"""The debrief page: what each seat may see of the encounter's course, and who may not open it."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter
from farward.people.models import User
from tests.encounters.support import bring_to, seat_of, send
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db(databases="__all__")


def page_of(encounter: Encounter, user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/e/{encounter.pk}/debrief/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def watcher(db: None) -> User:
    return make_person("Lena Brandt")


@pytest.fixture
def ended(booked: Booker, watcher: User) -> Encounter:
    """A closed encounter in which Amina spoke and Dr Osei marked a moment."""
    encounter = booked(extra=(SeatRequest(role="observer", user=watcher),))
    bring_to(encounter, "wrap_up")
    now = int(time.time() * 1000)
    send(seat_of(encounter, "learner"), "talk", {"spans": [[now - 400, now]]})
    send(seat_of(encounter, "preceptor"), "mark", {"label": "teach this", "text": "Good open question"})
    bring_phase = [("wrap_up", "debrief"), ("debrief", "closed")]
    for from_, to in bring_phase:
        send(seat_of(encounter, "preceptor"), "phase", {"from": from_, "to": to})
    return encounter


def test_learner_and_preceptor_see_phases_people_and_marks(ended: Encounter, amina: User, osei: User) -> None:
    for user in (amina, osei):
        page = page_of(ended, user)
        assert "Hallway" in page
        assert "Ms Rivera" in page
        assert "Good open question" in page
        assert "Supervision by Dr Osei" in page


def test_an_observer_sees_the_course_and_not_what_is_for_the_care_team(ended: Encounter, watcher: User) -> None:
    page = page_of(ended, watcher)
    assert "Hallway" in page
    assert "Good open question" not in page
    assert f"/e/{ended.pk}/note/" not in page


def test_the_picture_has_a_table_that_says_the_same(ended: Encounter, osei: User) -> None:
    page = page_of(ended, osei)
    assert '<svg viewBox="0 0 1040' in page
    assert "The same as a table" in page
    assert "Spoke, for 0:00" in page


def test_every_figure_says_how_it_was_obtained(ended: Encounter, osei: User) -> None:
    page = page_of(ended, osei)
    for source in ("by the server's clock", "own microphone, measured", "connection of their own page", "delay"):
        assert source in page


def test_before_anyone_came_the_page_says_so(booked: Booker, osei: User) -> None:
    assert "Nobody has come to this encounter yet" in page_of(booked(), osei)


def test_strangers_coordinators_and_patients_find_no_debrief(ended: Encounter, kofi: User, sam: User) -> None:
    for user in (kofi, sam):
        client = Client()
        client.force_login(user)
        assert client.get(f"/e/{ended.pk}/debrief/").status_code == 404
    assert Client().get(f"/e/{ended.pk}/debrief/")["Location"].startswith("/accounts/login/")


def test_a_preceptor_of_another_encounter_finds_no_debrief(ended: Encounter, booked: Booker) -> None:
    other = make_person("Dr Silva", ended.site, "preceptor")
    booked(extra=(SeatRequest(role="preceptor", user=other),))
    client = Client()
    client.force_login(other)
    assert client.get(f"/e/{ended.pk}/debrief/").status_code == 404


def test_an_erased_encounter_has_no_course_and_no_error(ended: Encounter, osei: User) -> None:
    from farward.journal.actions import shred_journal

    shred_journal(journal_id=ended.pk, by=f"user:{osei.pk}", reason="asked for")
    assert "Good open question" not in page_of(ended, osei)
