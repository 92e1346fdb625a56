"""Headers that every page has unless it says otherwise: kept by no cache, shut off from other sites, without devices.

A page gets what it needs: camera, microphone and screen are for the two pages of a seat that use them, and for what a
device keeps of the room. The content policy is in settings.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

#: Addresses whose page uses camera and microphone, by their names.
CALLS = frozenset({"seat_lobby", "seat_room", "seat_pack"})
DEVICES = ("camera", "microphone", "display-capture")
NEVER = (
    "accelerometer", "bluetooth", "browsing-topics", "geolocation", "gyroscope", "hid", "magnetometer", "midi",
    "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
#: Nothing of ours is meant to stand in another site's page, and nothing of another site stands in ours.
ALONE = {"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
#: Django's admin brings scripts that write markup from strings, which Trusted Types forbid. It is for superusers.
UNTYPED = {"require-trusted-types-for": None, "trusted-types": None}


class PrivateByDefault:
    """Adds the headers. Static files pass by above this, with cache headers of their own."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer_later(request)
        return _with_headers(request, self.get_response(request))

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        return _with_headers(request, await self.get_response(request))


def permissions_for(name: str | None) -> str:
    """The Permissions-Policy of the page at the address of this name."""
    allowed = "self" if name in CALLS else ""
    return ", ".join([*(f"{device}=({allowed})" for device in DEVICES), *(f"{feature}=()" for feature in NEVER)])


def _with_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    match = request.resolver_match
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Permissions-Policy", permissions_for(match.url_name if match else None))
    for header, value in ALONE.items():
        response.headers.setdefault(header, value)
    if match is not None and match.app_name == "admin":
        response._csp_replace = UNTYPED  # type: ignore[attr-defined] # what django-csp's own decorator sets
    # Pages are smaller for those who save data, so no cache may give one to the other.
    patch_vary_headers(response, ["Save-Data"])
    return response
