"""Nobody is sent to another site by an address of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

if TYPE_CHECKING:
    from farward.people.models import User

pytestmark = pytest.mark.django_db(databases="__all__")

PASSWORD = "a long walk to the ward"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%09/evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "\thttps://evil.example",
    "/\t/evil.example",
]


@pytest.fixture
def known(amina: User) -> User:
    amina.set_password(PASSWORD)
    amina.save()
    return amina


def stays(answer: object) -> bool:
    """Whether an answer leads nowhere, or to an address of ours."""
    location = getattr(answer, "headers", {}).get("Location", "")
    parts = urlsplit(location.replace("\\", "/").replace("\t", ""))
    return parts.scheme in {"", "http"} and parts.netloc in {"", "testserver"} and not location.startswith("//")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_our_own_pages(target: str, known: User) -> None:
    answer = Client().post("/accounts/login/", {"login": known.email, "password": PASSWORD, "next": target})
    assert stays(answer)
    answer = Client().post(f"/accounts/login/?next={quote(target)}", {"login": known.email, "password": PASSWORD})
    assert stays(answer)
    signed_in = Client()
    signed_in.force_login(known)
    assert stays(signed_in.get(f"/accounts/login/?next={quote(target)}"))


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/reauthenticate/", "/accounts/password/change/"])
def test_nor_does_any_other_page_of_the_account(path: str, target: str, known: User) -> None:
    for method in ("get", "post"):
        client = Client()
        client.force_login(known)
        answer = getattr(client, method)(f"{path}?next={quote(target)}", {"next": target, "password": PASSWORD})
        assert stays(answer)


def test_an_address_with_two_slashes_leads_nowhere(client: Client) -> None:
    for path in ("//evil.example/", "//evil.example/e/new", "/%2f/evil.example"):
        assert stays(client.get(path))
