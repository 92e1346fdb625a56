"""The second step: led to by role, passed in this session, sealed at rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client, TestCase

from farward.environment import ROLES
from farward.people.models import Membership, Role, Site, User
from tests.people.signing import PASSWORD, SECRET, code_now, give_app, give_password, sign_in, sign_in_fully

pytestmark = pytest.mark.django_db
DEFAULT = frozenset({"administrator", "privacy_officer", "coordinator", "support"})


@pytest.fixture(autouse=True)
def _needed(settings: pytest.FixtureRequest) -> Iterator[None]:
    settings.FARWARD_SECOND_STEP_ROLES = DEFAULT  # type: ignore[attr-defined]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def coordinator(kofi: User) -> User:
    return give_password(kofi)


def set_up(client: Client) -> str:
    """Scan the key and enter the code, as a person does. Returns the page after it."""
    page = client.get("/accounts/2fa/totp/activate/", follow=True).content.decode()
    found = re.search(r'id="authenticator_secret" value="(\w+)"', page)
    assert found, page
    # What is done once the database has it is left out inside a test's own transaction.
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_now(found[1])})
    return client.get(answer.headers["Location"]).content.decode()


def test_the_roles_in_the_settings_are_those_of_people() -> None:
    assert set(ROLES) == set(Role.values)


def test_who_needs_a_step_and_has_none_is_led_to_it_and_then_on(client: Client, coordinator: User) -> None:
    assert "Your role needs a second step" in sign_in(client, coordinator)
    assert "Recovery codes" in set_up(client)
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/people/", "/week/", "/sites/", "/accounts/sessions/", "/admin/", "/j"])
def test_until_then_nothing_else_opens(client: Client, coordinator: User, path: str) -> None:
    sign_in(client, coordinator)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/2fa/?next=")


def test_until_then_nothing_is_changed_either(client: Client, coordinator: User, amina: User) -> None:
    sign_in(client, coordinator)
    answer = client.post(f"/people/{amina.pk}/password", {"way": "show"})
    assert answer.headers["Location"].startswith("/accounts/2fa/")


def test_a_script_is_told_instead_of_led(client: Client, coordinator: User) -> None:
    sign_in(client, coordinator)
    answer = client.get("/people/", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["code"]) == (423, "second_step")


@pytest.mark.parametrize("role", sorted(DEFAULT))
def test_each_role_with_power_over_others_needs_it(client: Client, sam: User, site: Site, role: str) -> None:
    Membership.objects.create(user=give_password(sam), site=site, role=role)
    assert "Your role needs a second step" in sign_in(client, sam)


def test_a_superuser_needs_it(client: Client, sam: User) -> None:
    User.objects.filter(pk=give_password(sam).pk).update(is_superuser=True, is_staff=True)
    assert "Your role needs a second step" in sign_in(client, sam)


@pytest.mark.parametrize("who", ["amina", "osei"])
def test_learner_and_preceptor_need_it_only_where_the_school_says_so(
    client: Client, request: pytest.FixtureRequest, settings: pytest.FixtureRequest, who: str
) -> None:
    person = give_password(request.getfixturevalue(who))
    assert f"Hello, {person.name}" in sign_in(client, person)
    settings.FARWARD_SECOND_STEP_ROLES = DEFAULT | {"learner", "preceptor"}  # type: ignore[attr-defined]
    assert client.get("/").headers["Location"].startswith("/accounts/2fa/")


def test_a_role_given_in_mid_session_needs_it_from_the_next_page_on(client: Client, amina: User, site: Site) -> None:
    sign_in(client, give_password(amina))
    assert client.get("/").status_code == 200
    Membership.objects.create(user=amina, site=site, role=Role.COORDINATOR)
    assert client.get("/").headers["Location"].startswith("/accounts/2fa/")


def test_who_has_a_step_passes_it_and_is_in(client: Client, coordinator: User) -> None:
    give_app(coordinator)
    assert "Hello, Kofi Mensah" in sign_in_fully(client, coordinator)


def test_a_session_that_never_passed_the_accounts_step_is_asked_for_it(client: Client, amina: User) -> None:
    sign_in(client, give_password(amina))
    give_app(amina)
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/2fa/reauthenticate/")
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    assert client.get("/").status_code == 200


def test_setting_up_a_step_signs_out_every_other_browser(client: Client, coordinator: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, coordinator)
    sign_in(client, coordinator)
    set_up(client)
    assert elsewhere.get("/").headers["Location"].startswith("/accounts/login/")
    assert client.get("/").status_code == 200


def test_a_code_is_good_once(client: Client, coordinator: User) -> None:
    give_app(coordinator)
    code = code_now()
    sign_in(client, coordinator)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    again = Client()
    sign_in(again, coordinator)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert again.get("/people/").headers["Location"].startswith("/accounts/login/")


def test_the_only_step_of_a_role_that_needs_one_cannot_be_switched_off(client: Client, coordinator: User) -> None:
    give_app(coordinator)
    sign_in_fully(client, coordinator)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=coordinator, type="totp").exists()


def test_nor_can_the_last_passkey_be_removed_before_there_is_another_step(client: Client, coordinator: User) -> None:
    give_app(coordinator)
    sign_in_fully(client, coordinator)
    key = Authenticator.objects.create(user=coordinator, type="webauthn", data={"name": "Phone", "credential": {}})
    Authenticator.objects.filter(type="totp").delete()
    page = client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").content.decode()
    assert "Add another one before you remove this one" in page
    assert Authenticator.objects.filter(pk=key.pk).exists()
    give_app(coordinator)
    client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_removes_a_passkey_of_somebody_else(client: Client, coordinator: User, osei: User) -> None:
    give_app(coordinator)
    sign_in_fully(client, coordinator)
    key = Authenticator.objects.create(user=osei, type="webauthn", data={"name": "Phone", "credential": {}})
    for page in ("remove", "edit"):
        assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/{page}/", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_secrets_lie_sealed_and_open_only_here(client: Client, coordinator: User) -> None:
    sign_in(client, coordinator)
    set_up(client)
    app = Authenticator.objects.get(user=coordinator, type="totp")
    codes = Authenticator.objects.get(user=coordinator, type="recovery_codes")
    shown = codes.wrap().get_unused_codes()
    assert len(shown) == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = " ".join(row[0] if isinstance(row[0], str) else json.dumps(row[0]) for row in cursor.fetchall())
    assert not re.search(r'"[A-Z2-7]{32}"', stored)
    assert not any(code in stored for code in shown)
    assert app.wrap().validate_code("000000") is False


def test_a_key_that_is_being_set_up_lies_sealed_in_the_session(client: Client, coordinator: User) -> None:
    sign_in(client, coordinator)
    client.get("/accounts/2fa/totp/activate/", follow=True)
    secret = client.session["mfa.totp.secret"]
    row = Session.objects.get(session_key=client.session.session_key)
    from django.core import signing

    payload = signing.b64_decode(row.session_data.lstrip(".").split(":")[0].encode())
    assert secret.encode() not in payload
    assert coordinator.pk.hex.encode() not in payload
    assert b"_auth_user_id" not in payload


def test_a_session_that_was_changed_in_the_database_is_signed_out(client: Client, amina: User) -> None:
    sign_in(client, give_password(amina))
    Session.objects.update(session_data="e30:forged:forged")
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_the_secret_is_the_same_after_sealing(amina: User) -> None:
    assert give_app(amina).validate_code(code_now(SECRET))
    assert PASSWORD not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
