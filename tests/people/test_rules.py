"""Who may do what: each rule is asked for the one who may, the wrong role, the wrong site and the stranger."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from farward.people import queries, rules
from farward.people.models import Membership, Role, Rotation, Site, User
from tests.fixtures.cast import make_person

pytestmark = pytest.mark.django_db


def test_nobody_has_a_role_before_it_is_given(sam: User, site: Site) -> None:
    assert rules.roles_of(sam) == frozenset()
    assert not any(rules.has_role(sam, role, site) for role in Role)


def test_a_visitor_without_an_account_has_no_role(site: Site) -> None:
    assert rules.roles_of(AnonymousUser()) == frozenset()
    assert not rules.can_manage_people(AnonymousUser())
    assert not queries.sites_visible_to(AnonymousUser()).exists()


def test_an_inactive_account_has_nothing(administrator: User, site: Site) -> None:
    administrator.is_active = False
    assert rules.roles_of(administrator, site) == frozenset()
    assert not rules.is_administrator(administrator)


def test_a_role_counts_at_its_own_site_only(kofi: User, site: Site, other_site: Site) -> None:
    assert rules.has_role(kofi, Role.COORDINATOR, site)
    assert not rules.has_role(kofi, Role.COORDINATOR, other_site)


def test_an_administrators_role_counts_at_every_site(administrator: User, other_site: Site) -> None:
    assert rules.has_role(administrator, Role.ADMINISTRATOR, other_site)
    assert list(queries.sites_visible_to(administrator)) == list(Site.objects.order_by("name"))


def test_a_coordinator_grants_learner_and_preceptor_at_the_own_site(kofi: User, site: Site, other_site: Site) -> None:
    assert {role for role in Role if rules.can_grant(kofi, role, site)} == {Role.LEARNER, Role.PRECEPTOR}
    assert not any(rules.can_grant(kofi, role, other_site) for role in Role)


def test_neither_learner_nor_preceptor_grants_anything(amina: User, osei: User, site: Site) -> None:
    assert not any(rules.can_grant(person, role, site) for person in (amina, osei) for role in Role)


def test_a_coordinator_may_change_a_learner_of_the_own_site(kofi: User, amina: User) -> None:
    assert rules.can_change_person(kofi, amina)


def test_a_coordinator_may_not_change_a_person_who_is_more_than_a_learner(
    kofi: User, amina: User, site: Site, other_site: Site, administrator: User
) -> None:
    Membership.objects.create(user=amina, site=other_site, role=Role.LEARNER)
    assert not rules.can_change_person(kofi, amina)
    assert not rules.can_change_person(kofi, administrator)


def test_a_coordinator_may_not_change_a_superuser_who_also_learns(kofi: User, site: Site) -> None:
    root = make_person("Root Person", site, "learner", is_superuser=True)
    assert not rules.can_change_person(kofi, root)


def test_the_stranger_sees_no_person_site_or_rotation(sam: User, rotation: Rotation) -> None:
    assert not queries.people_visible_to(sam).exists()
    assert not queries.sites_visible_to(sam).exists()
    assert not queries.rotations_managed_by(sam).exists()


def test_a_coordinator_sees_only_people_of_the_own_site(kofi: User, amina: User, other_site: Site) -> None:
    far = make_person("Far Learner", other_site, "learner")
    assert set(queries.people_visible_to(kofi)) == {kofi, amina}
    assert not rules.can_see_person(kofi, far)


def test_a_coordinator_sees_rotations_of_the_own_site_and_no_other(
    kofi: User, rotation: Rotation, other_site: Site
) -> None:
    Rotation.objects.create(name="Elsewhere", site=other_site, starts_on=rotation.starts_on, ends_on=rotation.ends_on)
    assert list(queries.rotations_managed_by(kofi)) == [rotation]


def test_help_is_for_support_and_integrity_for_the_privacy_officer(
    support: User, privacy_officer: User, kofi: User, administrator: User
) -> None:
    people = (support, privacy_officer, kofi, administrator)
    assert [rules.can_answer_help(person) for person in people] == [True, False, False, True]
    assert [rules.can_check_integrity(person) for person in people] == [False, True, False, True]


def test_only_a_superuser_may_use_the_admin(administrator: User) -> None:
    assert not rules.can_use_admin(administrator)
    assert rules.can_use_admin(make_person("Root Person", is_superuser=True, is_staff=True))


def test_people_are_found_by_name_site_and_role(administrator: User, amina: User, osei: User, site: Site) -> None:
    everyone = queries.people_visible_to(administrator)
    assert list(queries.search_people(everyone, text="amina")) == [amina]
    assert list(queries.search_people(everyone, site=site, role=Role.PRECEPTOR)) == [osei]
