"""Error pages: plain words, what to do next, and nothing of what went wrong inside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults

from farward.people.models import User

pytestmark = pytest.mark.django_db
SECRET = "Elena Rivera, cough"


@pytest.fixture
def request_of_amina(rf: RequestFactory, amina: User) -> HttpRequest:
    request = rf.get(f"/{SECRET}")
    request.user = amina
    return request


def test_a_missing_page_says_so_and_leads_back(client: Client) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert "nothing here for you" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (defaults.page_not_found, "nothing here for you"),
        (defaults.permission_denied, "not for your account"),
        (defaults.bad_request, "could not be read"),
    ],
)
def test_an_error_page_tells_nothing_of_its_cause(
    request_of_amina: HttpRequest, view: Callable[..., HttpResponse], words: str
) -> None:
    page = view(request_of_amina, exception=ValueError(SECRET)).content.decode()
    assert words in page
    assert SECRET not in page


def test_a_fault_of_ours_says_that_it_is_ours(rf: RequestFactory) -> None:
    page = defaults.server_error(rf.get(f"/{SECRET}")).content.decode()
    assert "It was not you" in page
    assert SECRET not in page


def test_a_form_from_another_place_is_refused_in_plain_words(amina: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(amina)
    answer = client.post("/accounts/logout/")
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_every_error_page_stands_without_a_request(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert 'lang="en"' in page
