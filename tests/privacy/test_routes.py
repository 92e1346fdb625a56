"""Every address records whose data it shows, or is declared to show nobody's: no third way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from farward.encounters.access import routes
from farward.encounters.access.routes import CHANNELS, SHOWS, SHOWS_NOBODY, is_nobodys, shows_of
from farward.encounters.live.routing import http_routes, websocket_routes
from farward.privacy.words import Data


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The names of all pages, with their namespaces; an address without a name is given as its route."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from names(each.url_patterns, inner)
        else:
            yield f"{space}{each.name or each.pattern}"


#: Library addresses that Farward answers with 404.
CLOSED = {"^accounts/(email|confirm-email)/"}
EVERY = sorted(set(names(get_resolver().url_patterns)) - CLOSED)


def is_declared(name: str) -> bool:
    return name in SHOWS or name.startswith(tuple(routes.FAMILIES)) or is_nobodys(name)


@pytest.mark.parametrize("name", EVERY)
def test_every_page_is_declared(name: str) -> None:
    assert is_declared(name), f"{name}: declare in encounters/access/routes.py what it shows, or why it shows nobody"


def test_no_page_is_in_both_lists() -> None:
    assert not SHOWS.keys() & SHOWS_NOBODY.keys()
    assert [name for name in SHOWS if is_nobodys(name)] == []


def test_nothing_is_declared_that_is_not_there() -> None:
    assert (SHOWS.keys() | SHOWS_NOBODY.keys()) - set(EVERY) == set()


def test_every_channel_past_the_views_is_declared() -> None:
    assert {str(route.pattern) for route in (*websocket_routes, *http_routes)} == CHANNELS.keys()


def test_a_page_that_nobody_declared_is_recorded() -> None:
    shown = shows_of("brand_new_page")
    assert shown is not None
    assert shown.what == Data.OTHER
