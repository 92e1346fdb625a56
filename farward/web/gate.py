"""An address that farward/policy does not list is closed, whoever added it and whatever its view would do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from farward.policy.routes import row_of

log = logging.getLogger(__name__)


class ListedOnly:
    """Middleware that looks the address up before its view runs."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        answer: HttpResponseBase | Awaitable[HttpResponseBase] = self.get_response(request)
        return answer

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Raises Http404 for an address without a row."""
        match = request.resolver_match
        if match is None or row_of(match.route) is None:
            log.error("closed, since farward/policy/routes.py does not list it: %s", match and match.route)
            raise Http404
