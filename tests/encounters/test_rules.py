"""Which account sees and changes which encounter: one encounter and the whole list always agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser

from farward.encounters import rules
from tests.fixtures.cast import make_person

from .support import code_of, join, seat_of, send

if TYPE_CHECKING:
    from farward.people.models import Site
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [
        ("amina", True, False),
        ("osei", True, True),
        ("kofi", True, True),
        ("administrator", True, True),
        ("support", False, False),
        ("privacy_officer", False, False),
        ("sam", False, False),
    ],
)
def test_who_sees_and_who_changes(
    who: str, sees: bool, changes: bool, booked: Booker, request: pytest.FixtureRequest
) -> None:
    encounter, user = booked(), request.getfixturevalue(who)
    assert rules.can_see(user, encounter) == sees
    assert rules.visible_to(user).filter(pk=encounter.pk).exists() == sees
    assert rules.can_change(user, encounter) == changes


def test_nobody_signed_in_sees_nothing(booked: Booker) -> None:
    encounter = booked()
    assert not rules.can_see(AnonymousUser(), encounter)
    assert not rules.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize("who", ["amina", "osei", "kofi"])
def test_an_account_that_was_closed_has_nothing(who: str, booked: Booker, request: pytest.FixtureRequest) -> None:
    encounter, user = booked(), request.getfixturevalue(who)
    user.is_active = False
    user.save()
    assert not rules.can_see(user, encounter)
    assert not rules.visible_to(user).exists()
    assert not rules.can_change(user, encounter)
    assert not rules.can_invite(user, encounter)


@pytest.mark.parametrize("role", ["coordinator", "preceptor"])
def test_people_of_another_site_see_and_change_nothing(role: str, booked: Booker, other_site: Site) -> None:
    encounter = booked()
    stranger = make_person("Lucia Prado", other_site, role)
    assert not rules.can_see(stranger, encounter)
    assert not rules.visible_to(stranger).exists()
    assert not rules.can_change(stranger, encounter)


def test_a_learner_of_the_site_without_a_seat_sees_nothing(booked: Booker, site: Site) -> None:
    encounter = booked()
    other = make_person("Wei Chen", site, "learner")
    assert not rules.can_see(other, encounter)
    assert not rules.visible_to(other).exists()


def test_who_was_removed_sees_the_encounter_no_more(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    preceptor = seat_of(encounter, "preceptor")
    join(preceptor)
    assert code_of(send(preceptor, "remove", {"seat": str(learner.pk)})) == "ok"
    assert learner.user is not None
    assert not rules.can_see(learner.user, encounter)
    assert not rules.visible_to(learner.user).exists()
