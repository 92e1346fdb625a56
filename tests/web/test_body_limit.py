"""A request that does not end must not fill the disk, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

MEGABYTE = bytes(1024 * 1024)


async def post(path: str, headers: list[tuple[bytes, bytes]], most: int) -> tuple[int, int]:
    """Post zeros for as long as somebody takes them, at most so many megabytes. The status, and how many were taken."""
    from farward.asgi import application

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 80),
    }
    taken, statuses = 0, list[int]()

    async def receive() -> Mapping[str, Any]:
        nonlocal taken
        if taken == most:
            return {"type": "http.disconnect"}
        taken += 1
        return {"type": "http.request", "body": MEGABYTE, "more_body": True}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await application(scope, receive, send)
    return statuses[0] if statuses else 0, taken


@pytest.mark.parametrize(
    "path", ["/", "/j", "/accounts/login/", "/nowhere", "/s/01a20f4d-c688-7035-93ef-38c7d85825ab/go"]
)
async def test_a_body_without_an_end_is_cut_off(path: str) -> None:
    assert await post(path, [], most=60) == (413, 5)


async def test_a_body_that_is_announced_as_too_large_is_not_begun() -> None:
    for length in (b"4194305", b"9" * 30):
        assert await post("/j", [(b"content-length", length)], most=60) == (413, 0)


async def test_what_pages_send_passes() -> None:
    # The sender goes away after four: nobody answers, and nobody refused.
    assert await post("/j", [(b"content-length", b"4194304")], most=4) == (0, 4)
