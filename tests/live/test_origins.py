"""Only Farward's own pages open the channel."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from farward.encounters.live.origins import is_own_host, is_own_origin, seat_cookie


def headers(origin: str, host: str = "farward.school.example:8000") -> list[tuple[bytes, bytes]]:
    return [(b"host", host.encode()), (b"origin", origin.encode())]


@pytest.fixture(autouse=True)
def _hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["farward.school.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://visits.school.example"]


def test_the_page_of_this_host_and_port_is_our_own() -> None:
    assert is_own_origin(headers("http://farward.school.example:8000"))


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "http://farward.school.example:8001",
        "http://farward.school.example",
        "http://farward.school.example:8000.evil.example",
        "http://evil.example@farward.school.example:8000",
        "file://farward.school.example:8000",
    ],
)
def test_any_other_page_is_not(origin: str) -> None:
    assert not is_own_origin(headers(origin))


def test_an_origin_that_the_settings_trust_is_our_own_behind_a_proxy() -> None:
    assert is_own_origin(headers("https://visits.school.example", host="127.0.0.1:9000"))


def test_a_host_that_is_not_ours_makes_no_origin_our_own() -> None:
    assert not is_own_host(headers("", host="evil.example"))
    assert not is_own_origin(headers("http://evil.example", host="evil.example"))


def test_the_seat_cookie_is_found_among_others() -> None:
    assert seat_cookie([(b"cookie", b"sessionid=1; seat=secret; theme=dark")]) == "secret"
    assert seat_cookie([(b"cookie", b"sessionid=1")]) == ""
    assert seat_cookie([]) == ""
