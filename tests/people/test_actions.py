"""Adding and changing people, sites and rotations: what is refused changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from farward.people import actions
from farward.people.actions import Grant
from farward.people.errors import PeopleRefused
from farward.people.models import Membership, Role, Rotation, Site, User
from tests.fixtures.cast import make_person

pytestmark = pytest.mark.django_db


def roles(person: User) -> set[tuple[str, str]]:
    return set(person.memberships.values_list("site__name", "role"))


def code(refused: pytest.ExceptionInfo[PeopleRefused]) -> tuple[str, str]:
    return refused.value.code, refused.value.field


def test_a_coordinator_adds_a_learner_who_cannot_sign_in_before_choosing_a_password(kofi: User, site: Site) -> None:
    person = actions.add_person(by=kofi, name="Esi", email="Esi@School.example", grants=[Grant(site, Role.LEARNER)])
    assert person.email == "esi@school.example"
    assert not person.has_usable_password()
    assert roles(person) == {(site.name, "learner")}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEARNER, Role.PRECEPTOR}))
def test_a_coordinator_cannot_make_anybody_more_than_a_preceptor(kofi: User, site: Site, role: Role) -> None:
    with pytest.raises(PeopleRefused) as refused:
        actions.add_person(by=kofi, name="Esi", email="esi@school.example", grants=[Grant(site, role)])
    assert code(refused) == ("not_allowed", "")
    assert not User.objects.filter(email="esi@school.example").exists()


def test_a_coordinator_cannot_add_to_another_site(kofi: User, other_site: Site) -> None:
    with pytest.raises(PeopleRefused, match="may not"):
        actions.add_person(by=kofi, name="E", email="e@school.example", grants=[Grant(other_site, Role.LEARNER)])


def test_a_coordinators_new_person_needs_a_role(kofi: User) -> None:
    with pytest.raises(PeopleRefused) as refused:
        actions.add_person(by=kofi, name="Esi", email="esi@school.example", grants=[])
    assert code(refused) == ("no_role", "grants")


def test_the_stranger_adds_nobody(sam: User, site: Site) -> None:
    with pytest.raises(PeopleRefused, match="may not"):
        actions.add_person(by=sam, name="E", email="e@school.example", grants=[Grant(site, Role.LEARNER)])


def test_two_accounts_never_share_an_address(kofi: User, amina: User, site: Site) -> None:
    with pytest.raises(PeopleRefused) as refused:
        actions.add_person(by=kofi, name="A", email=amina.email.upper(), grants=[Grant(site, Role.LEARNER)])
    assert code(refused) == ("email_taken", "email")


def test_changing_roles_leaves_those_the_changer_cannot_give(
    administrator: User, kofi: User, amina: User, site: Site
) -> None:
    actions.change_person(
        by=kofi,
        person=amina,
        name="Amina Y.",
        email=amina.email,
        may_sign_in=True,
        grants=[Grant(site, Role.PRECEPTOR)],
    )
    assert roles(amina) == {(site.name, "preceptor")}
    assert amina.name == "Amina Y."


def test_a_coordinator_cannot_take_over_an_account_with_more_rights(kofi: User, osei: User, site: Site) -> None:
    Membership.objects.create(user=osei, site=site, role=Role.SUPPORT)
    with pytest.raises(PeopleRefused, match="may not"):
        actions.change_person(by=kofi, person=osei, name="X", email="kofi2@school.example", may_sign_in=True, grants=[])
    osei.refresh_from_db()
    assert osei.email == "osei@school.example"


def test_a_refused_role_undoes_the_rest_of_the_change(kofi: User, amina: User, site: Site) -> None:
    with pytest.raises(PeopleRefused):
        actions.change_person(
            by=kofi,
            person=amina,
            name="Changed",
            email=amina.email,
            may_sign_in=True,
            grants=[Grant(site, Role.ADMINISTRATOR)],
        )
    amina.refresh_from_db()
    assert amina.name == "Amina Yusuf"
    assert roles(amina) == {(site.name, "learner")}


def test_nobody_closes_the_own_account(administrator: User, site: Site) -> None:
    with pytest.raises(PeopleRefused) as refused:
        actions.change_person(
            by=administrator,
            person=administrator,
            name="Bo",
            email=administrator.email,
            may_sign_in=False,
            grants=[Grant(site, Role.ADMINISTRATOR)],
        )
    assert code(refused) == ("own_account", "may_sign_in")


def test_an_administrator_does_not_step_down_by_accident(administrator: User, site: Site) -> None:
    with pytest.raises(PeopleRefused) as refused:
        actions.change_person(
            by=administrator, person=administrator, name="Bo", email=administrator.email, may_sign_in=True, grants=[]
        )
    assert code(refused) == ("own_role", "grants")
    assert roles(administrator) == {(site.name, "administrator")}


def test_only_an_administrator_saves_a_site(kofi: User, administrator: User, site: Site) -> None:
    with pytest.raises(PeopleRefused, match="may not"):
        actions.save_site(by=kofi, site=site, name="Mine", time_zone="UTC", phone="")
    saved = actions.save_site(by=administrator, site=None, name="Tamale", time_zone="Africa/Accra", phone="")
    assert saved.zone.key == "Africa/Accra"


def test_a_rotation_keeps_its_people_together(kofi: User, site: Site, amina: User, osei: User) -> None:
    rotation = save(kofi, site, learners=[amina], preceptors=[osei])
    assert list(rotation.learners.all()) == [amina]
    assert list(rotation.preceptors.all()) == [osei]


def test_a_rotation_does_not_end_before_it_begins(kofi: User, site: Site) -> None:
    with pytest.raises(PeopleRefused) as refused:
        save(kofi, site, ends_on=date(2027, 1, 3))
    assert code(refused) == ("ends_first", "ends_on")


def test_a_learner_of_another_site_does_not_join_a_rotation(kofi: User, site: Site, other_site: Site) -> None:
    with pytest.raises(PeopleRefused, match="Far Learner"):
        save(kofi, site, learners=[make_person("Far Learner", other_site, "learner")])
    assert not Rotation.objects.exists()


def test_a_rotation_is_not_moved_to_a_site_of_others(kofi: User, site: Site, other_site: Site) -> None:
    with pytest.raises(PeopleRefused, match="may not"):
        save(kofi, other_site, rotation=save(kofi, site))


def save(by: User, site: Site, **changes: object) -> Rotation:
    wanted = {
        "rotation": None,
        "name": "Block A",
        "starts_on": date(2027, 1, 4),
        "ends_on": date(2027, 1, 29),
        "learners": [],
        "preceptors": [],
    } | changes
    return actions.save_rotation(by=by, site=site, **wanted)  # type: ignore[arg-type]
