"""Taking away a second step that was lost: an administrator alone, and the person hears of it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from farward.people.errors import PeopleRefused
from farward.people.lost_steps import take_second_step
from farward.people.models import User
from tests.people.signing import give_app, give_password, sign_in, sign_in_fully

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(osei: User) -> User:
    """Dr Osei, whose phone fell into the lake."""
    cache.clear()
    give_app(give_password(osei))
    return osei


def test_an_administrator_takes_it_away_and_the_person_is_told(client: Client, administrator: User, lost: User) -> None:
    phone = Client()
    sign_in_fully(phone, lost)
    client.force_login(administrator)
    assert "Remove the second step" in client.get(f"/people/{lost.pk}/").content.decode()
    client.post(f"/people/{lost.pk}/second-step")
    assert not Authenticator.objects.filter(user=lost).exists()
    assert phone.get("/").status_code == 302
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([lost.email], "Your second step was removed")
    assert "Hello, Dr Osei" in sign_in(Client(), lost)


@pytest.mark.parametrize("who", ["kofi", "amina", "osei", "support", "privacy_officer", "sam"])
def test_nobody_else_can(client: Client, request: pytest.FixtureRequest, lost: User, who: str) -> None:
    person = request.getfixturevalue(who)
    client.force_login(person)
    assert client.post(f"/people/{lost.pk}/second-step").status_code in {404, 302}
    with pytest.raises(PeopleRefused):
        take_second_step(by=person, person=lost)
    assert Authenticator.objects.filter(user=lost).exists()


def test_nobody_takes_the_own_one_this_way(administrator: User) -> None:
    give_app(administrator)
    with pytest.raises(PeopleRefused) as refused:
        take_second_step(by=administrator, person=administrator)
    assert refused.value.code == "own_step"


def test_a_coordinator_is_not_even_offered_it(client: Client, kofi: User, lost: User) -> None:
    client.force_login(kofi)
    assert "Remove the second step" not in client.get(f"/people/{lost.pk}/").content.decode()


def test_the_admin_shows_neither_sessions_nor_second_steps_nor_addresses(client: Client, sam: User) -> None:
    User.objects.filter(pk=sam.pk).update(is_superuser=True, is_staff=True)
    client.force_login(sam)
    for path in ("usersessions/usersession/", "mfa/authenticator/", "account/emailaddress/", "auth/group/"):
        assert client.get(f"/admin/{path}").status_code == 404
    assert client.get("/admin/people/user/").status_code == 200
