"""Signing in, the second step, and Django's admin behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from farward.people.actions import Grant, change_person
from farward.people.models import Role, Site, User
from tests.fixtures.cast import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "a ward lamp far away"


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def known(amina: User) -> User:
    amina.set_password(PASSWORD)
    amina.save()
    return amina


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    answer = client.post("/accounts/login/", {"login": email, "password": password}, follow=True)
    return answer.content.decode()


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_a_person_signs_in_with_the_address_and_lands_on_the_first_page(client: Client, known: User) -> None:
    assert "Hello, Amina Yusuf" in sign_in(client, "Amina.Yusuf@school.example")


def test_the_session_ends_with_the_browser(client: Client, known: User) -> None:
    sign_in(client, known.email)
    assert client.session.get_expire_at_browser_close()


def test_a_wrong_password_says_the_same_for_known_and_unknown_addresses(client: Client, known: User) -> None:
    errors = [
        re.search(r'role="alert">(.*?)</div>', sign_in(client, email, "wrong"), re.DOTALL)
        for email in (known.email, "nobody@school.example")
    ]
    assert errors[0] is not None
    assert errors[1] is not None
    assert errors[0][1] == errors[1][1]


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client, known: User) -> None:
    for _try in range(5):
        sign_in(client, known.email, "wrong")
    assert "Hello" not in sign_in(client, known.email)


def test_wrong_passwords_from_elsewhere_shut_nobody_out(client: Client, known: User) -> None:
    stranger = Client(REMOTE_ADDR="192.0.2.66")
    for _ in range(8):
        sign_in(stranger, known.email, "wrong")
    assert "Too many" in sign_in(stranger, known.email, PASSWORD)
    assert "Hello, Amina Yusuf" in sign_in(client, known.email, PASSWORD)


def test_a_forwarded_address_that_a_client_writes_itself_is_no_other_address(client: Client, known: User) -> None:
    for number in range(8):
        forged = Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
        page = sign_in(forged, known.email, "wrong")
    assert "Too many" in page


def test_a_closed_account_does_not_come_in(client: Client, known: User) -> None:
    User.objects.update(is_active=False)
    assert "Hello" not in sign_in(client, known.email)


def test_nobody_makes_an_account_for_themselves(client: Client) -> None:
    form = {"email": "new@school.example", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/accounts/signup/", form).content.decode()
    assert "made by the school" in page
    assert not User.objects.filter(email="new@school.example").exists()


def test_asking_for_a_new_password_tells_nobody_whether_the_account_exists(client: Client, known: User) -> None:
    pages = []
    for email in (known.email, "nobody@school.example"):
        answer = client.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()
        pages.append(re.sub(r'value="[^"]+"', "", answer))
    assert pages[0] == pages[1]
    assert "Look at your mail" in pages[0]


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(client: Client, known: User) -> None:
    client.post("/accounts/password/reset/", {"email": known.email})
    assert mail.outbox[0].subject == "A new password for Farward"
    link = re.search(r"http://\S+?(/accounts/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "quite another lamp", "password2": "quite another lamp"})
    assert "Hello, Amina Yusuf" in sign_in(Client(), known.email, "quite another lamp")


def test_an_unknown_address_gets_no_mail(client: Client, known: User) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@school.example"})
    assert mail.outbox == []


def test_an_address_taken_from_a_person_no_longer_leads_to_the_account(
    client: Client, known: User, administrator: User, site: Site
) -> None:
    EmailAddress.objects.create(user=known, email=known.email, primary=True, verified=True)
    old = known.email
    grants = [Grant(site, Role.LEARNER)]
    change_person(
        by=administrator, person=known, name="Amina", email="amina@new.example", may_sign_in=True, grants=grants
    )
    client.post("/accounts/password/reset/", {"email": old})
    assert mail.outbox == []
    assert "Hello" not in sign_in(client, old)


def test_the_second_step_is_switched_on_and_then_asked_for(client: Client, known: User) -> None:
    sign_in(client, known.email)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    secret = re.search(r'id="authenticator_secret" value="(\w+)"', page)
    assert secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret[1])})
    browser = Client()
    assert "The second step" in sign_in(browser, known.email)
    assert browser.get("/").status_code == 302
    codes = known.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()  # type: ignore[attr-defined]
    done = browser.post("/accounts/2fa/authenticate/", {"code": codes[0]}, follow=True)
    assert "Hello, Amina Yusuf" in done.content.decode()


def test_the_pages_of_the_second_step_are_ours(client: Client, known: User) -> None:
    sign_in(client, known.email)
    TOTP.activate(known, get_adapter().encrypt("A" * 32))
    for path in ("/accounts/2fa/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/"):
        page = client.get(path, follow=True).content.decode()
        assert 'class="brand"' in page, path
        assert "<title>" in page


def test_the_list_of_sessions_marks_this_one(client: Client, known: User) -> None:
    sign_in(client, known.email)
    assert "This one" in client.get("/accounts/sessions/").content.decode()


def test_the_admin_is_not_there_for_an_administrator_of_the_school(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    assert client.get("/admin/").status_code in {302, 404}
    assert client.get("/admin/", follow=True).status_code == 404
    assert client.get("/admin/people/user/", follow=True).status_code == 404


def test_a_visitor_is_sent_from_the_admin_to_our_own_sign_in(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_a_superuser_opens_the_admin_which_holds_no_encounter(client: Client) -> None:
    client.force_login(make_person("Root Person", is_superuser=True, is_staff=True))
    page = client.get("/admin/").content.decode()
    assert "/admin/people/user/" in page
    assert "encounter" not in page.lower()
    assert "journal" not in page.lower()
    for path in ("people/user/", "people/site/add/", "people/rotation/"):
        assert client.get(f"/admin/{path}").status_code == 200


def test_a_superuser_changes_a_role_in_the_admin(client: Client, amina: User) -> None:
    client.force_login(make_person("Root Person", is_superuser=True, is_staff=True))
    assert client.get(f"/admin/people/user/{amina.pk}/change/").status_code == 200
