"""Walks the addresses that the code has, whatever a table says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

#: Something of the right form for parts of an address that name no thing of ours.
FILLERS = {
    "content_type_id": "1",
    "object_id": "1",
    "app_label": "people",
    "url": "none",
    "uidb36": "1",
    "key": "set-password",
    "pk": "0",
    "session": "0",
    "offset": "0",
    "number": "0",
}


def addresses() -> list[str]:
    """Every address pattern of the URLconf, as `request.resolver_match.route` names it."""
    return list(dict.fromkeys(_walk(get_resolver(), "")))


def _walk(resolver: Any, before: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        part = str(each.pattern)
        # As Django joins them: what stands before a part is already its beginning.
        here = before + (part.removeprefix("^") if before else part)
        if isinstance(each, URLPattern):
            yield here
        else:
            yield from _walk(each, here)


def fill(pattern: str, things: dict[str, object]) -> str:
    """An address of this pattern, with these things in it."""
    known = FILLERS | {name: str(thing) for name, thing in things.items()}
    filled = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda m: known[m[1]], pattern)
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: known[m[1]], filled)
    return "/" + re.sub(r"[$^]|\\Z", "", filled).replace("(email|confirm-email)", "email")
