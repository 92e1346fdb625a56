"""Dangerous acts ask once more who one is; what was sent is done after the answer, and never without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from farward.people.models import Membership, Site, User
from tests.people.signing import PASSWORD, code_now, give_app, give_password, sign_in, sign_in_fully

pytestmark = pytest.mark.django_db
ASKED = "/accounts/reauthenticate/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel("2027-01-11T08:00:00Z", tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def office(client: Client, clock: time_machine.Traveller, administrator: User) -> Client:
    """An administrator's browser, six minutes after signing in."""
    sign_in(client, give_password(administrator))
    clock.shift(360)
    return client


def form_of(person: User, site: Site, *roles: str, **changes: str) -> dict[str, object]:
    return {"name": person.name, "email": person.email, "may_sign_in": "on", f"roles-{site.pk}": roles, **changes}


def test_right_after_signing_in_nothing_is_asked(
    client: Client, clock: time_machine.Traveller, administrator: User, amina: User, site: Site
) -> None:
    sign_in(client, give_password(administrator))
    client.post(f"/people/{amina.pk}/", form_of(amina, site, "learner", "preceptor"))
    assert Membership.objects.filter(user=amina).count() == 2


def test_changing_roles_asks_and_is_done_after_the_answer(office: Client, amina: User, site: Site) -> None:
    asked = office.post(f"/people/{amina.pk}/", form_of(amina, site, "learner", "administrator"))
    assert asked.headers["Location"] == f"{ASKED}?next=%2Fpeople%2F{amina.pk}%2F"
    assert Membership.objects.filter(user=amina).count() == 1
    office.post(asked.headers["Location"], {"password": "wrong"})
    assert Membership.objects.filter(user=amina).count() == 1
    office.post(asked.headers["Location"], {"password": PASSWORD})
    assert Membership.objects.filter(user=amina).count() == 2


@pytest.mark.parametrize("way", ["mail", "show"])
def test_giving_a_password_link_asks(office: Client, amina: User, way: str) -> None:
    answer = office.post(f"/people/{amina.pk}/password", {"way": way})
    assert answer.headers["Location"].startswith(ASKED)


def test_closing_an_account_asks(office: Client, amina: User, site: Site) -> None:
    form = form_of(amina, site, "learner")
    del form["may_sign_in"]
    assert office.post(f"/people/{amina.pk}/", form).headers["Location"].startswith(ASKED)
    amina.refresh_from_db()
    assert amina.is_active


def test_adding_a_person_asks(office: Client, site: Site) -> None:
    form = {"name": "Esi", "email": "esi@school.example", f"roles-{site.pk}": ["administrator"]}
    assert office.post("/people/new", form).headers["Location"].startswith(ASKED)
    assert not User.objects.filter(email="esi@school.example").exists()


@pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"])
def test_changing_the_second_step_asks(office: Client, path: str) -> None:
    answer = office.get(f"/accounts/2fa/{path}", follow=True)
    assert any(step[0].startswith(ASKED) for step in answer.redirect_chain) or path.startswith("recovery")


def test_looking_asks_nothing(office: Client, amina: User) -> None:
    assert {office.get(path).status_code for path in ("/people/", f"/people/{amina.pk}/", "/people/new")} == {200}


def test_where_there_is_a_second_step_the_password_alone_is_no_proof(
    client: Client, clock: time_machine.Traveller, administrator: User, amina: User
) -> None:
    give_app(give_password(administrator))
    sign_in_fully(client, administrator)
    clock.shift(360)
    asked = client.post(f"/people/{amina.pk}/password", {"way": "show"})
    assert asked.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    client.post(ASKED, {"password": PASSWORD})
    assert "reset/key" not in client.post(f"/people/{amina.pk}/password", {"way": "show"}).content.decode()
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    assert "reset/key" in client.post(f"/people/{amina.pk}/password", {"way": "show"}).content.decode()


def test_a_superuser_is_asked_before_changing_anything_in_the_admin(
    client: Client, clock: time_machine.Traveller, sam: User, amina: User
) -> None:
    User.objects.filter(pk=give_password(sam).pk).update(is_superuser=True, is_staff=True)
    sign_in(client, sam)
    clock.shift(360)
    assert client.get(f"/admin/people/user/{amina.pk}/change/").status_code == 200
    answer = client.post(f"/admin/people/user/{amina.pk}/change/", {"name": "X", "email": amina.email})
    assert answer.headers["Location"].startswith(ASKED)
    amina.refresh_from_db()
    assert amina.name == "Amina Yusuf"
