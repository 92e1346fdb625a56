"""What the table does not list is closed while the school is open, not only in the tests."""

from __future__ import annotations

import statistics
import time
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from farward.policy.routes import ROUTES, row_of

if TYPE_CHECKING:
    from django.conf import LazySettings

    from farward.people.models import User

pytestmark = pytest.mark.django_db(databases="__all__")


def forgotten(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("everything about everybody")


def test_an_address_that_somebody_forgot_to_list_is_closed(
    administrator: User, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    more = ModuleType("more")
    more.urlpatterns = [path("patients/all", forgotten), path("", include("farward.urls"))]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = more
    client = Client()
    client.force_login(administrator)
    assert client.get("/patients/all").status_code == 404
    assert "patients/all" in caplog.text
    assert client.get("/").status_code == 200


def test_looking_an_address_up_costs_next_to_nothing() -> None:
    addresses = [*ROUTES, "patients/all", "admin/people/user/"]
    times = []
    for address in addresses * 20:
        began = time.perf_counter()
        row_of(address)
        times.append(time.perf_counter() - began)
    assert statistics.median(times) < 50e-6
