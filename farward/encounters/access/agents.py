"""Where a request comes from, as an access record keeps it: the address, and the family of browser and system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from farward.privacy.accesses import Origin

# The first mark found counts: Edge calls itself Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def family_of(agent: str) -> tuple[str, str]:
    """The family of browser and of system that a User-Agent names; each empty where it is none we know."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return browser, system


def origin_of(request: HttpRequest) -> Origin:
    """Where a page's request comes from."""
    return _origin(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", ""))


def origin_of_scope(scope: Mapping[str, Any]) -> Origin:
    """The same for what comes past Django: a socket, or a device that polls."""
    client = scope.get("client")
    agent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")
    return _origin(str(client[0]) if client else "", agent)


def _origin(address: str, agent: str) -> Origin:
    return Origin(address, " ".join(filter(None, family_of(agent))))
