"""One line for each HTTP request: method, route, status, milliseconds. Never the address itself.

A route such as `s/<uuid:seat>/frames` says what was asked without saying whose; tokens, names and search words
stand in addresses, and none of them belongs in a log.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger("farward.access")

#: What stands in the log where no route matched: the address of a stranger may hold anything.
NO_ROUTE = "(no route)"


def route_of(request: HttpRequest) -> str:
    """The pattern that answered this request."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else NO_ROUTE


class AccessLog:
    """Middleware that writes the line. It works on either side of Django's asynchronous border."""

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
        start = time.perf_counter()
        response: HttpResponseBase = self.get_response(request)
        _write(request, response, start)
        return response

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        response: HttpResponseBase = await self.get_response(request)
        _write(request, response, start)
        return response


def _write(request: HttpRequest, response: HttpResponseBase, start: float) -> None:
    took = round((time.perf_counter() - start) * 1000)
    route = route_of(request)
    logger.info(
        "%s %s %s %sms",
        request.method,
        route,
        response.status_code,
        took,
        extra={"method": request.method, "route": route, "status": response.status_code, "milliseconds": took},
    )


class RouteInsteadOfPath(logging.Filter):
    """Keeps Django's own request log from naming addresses: errors stay, with their route; the rest is above."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return True
        if record.levelno < logging.ERROR:
            return False
        record.msg, record.args = "%s %s failed", (request.method, route_of(request))
        # A formatter that writes every attribute would write the request's address after all.
        record.__dict__.pop("request")
        return True


class ErrorsWithoutWords(logging.Filter):
    """Of an error, keeps what kind it is and where it happened, and leaves out what it says.

    The message of an error may quote what somebody wrote: PostgreSQL names the value that was there already, a decoder
    the text that it could not read. Only what the operating system says stays, such as "No space left on device".
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_text, record.exc_info = "\n".join(_told(error)), None
        return True


def _told(error: BaseException | None) -> list[str]:
    """The error's chain, first cause first: where, and of which kind."""
    lines: list[str] = []
    while error is not None:
        said = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        where = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        lines = [where, f"{type(error).__module__}.{type(error).__qualname__}{said}", *lines]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
