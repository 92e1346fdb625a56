"""Whether a request comes from Farward's own pages: the cookie alone must not open the channel to another site.

RFC 6455 §10.2 leaves this check to the server: a browser opens a WebSocket to any host and sends its cookies along.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

Headers = Iterable[tuple[bytes, bytes]]


def header(headers: Headers, name: bytes) -> str:
    """The first header of that name, in lower case; empty where there is none."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def is_own_host(headers: Headers) -> bool:
    """Whether the request names a host that Farward answers to."""
    domain, _port = split_domain_port(header(headers, b"host"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_own_origin(headers: Headers) -> bool:
    """Whether the page that sent the request is of this very origin, or of one that the settings trust."""
    origin = header(headers, b"origin")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    host = header(headers, b"host")
    return parts.scheme in {"http", "https"} and parts.netloc == host and is_own_host(headers)


def seat_cookie(headers: Headers) -> str:
    """The value of the cookie that holds the seat; empty where there is none."""
    return _cookie(headers, "seat")


def session_cookie(headers: Headers) -> str:
    """The key of the account's session; empty where nobody is signed in."""
    return _cookie(headers, settings.SESSION_COOKIE_NAME)


def _cookie(headers: Headers, name: str) -> str:
    # Django's parser, as for the pages: the standard one gives up at the first cookie, whosever, that it does not like.
    cookies = parse_cookie("; ".join(value.decode("latin-1") for key, value in headers if key == b"cookie"))
    return cookies.get(name, "")
