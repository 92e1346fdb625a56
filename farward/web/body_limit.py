"""A bound on what one request may bring.

Under ASGI Django gathers a whole body, on the disk where it is large, before any view looks at who sends it. Without a
bound a stranger could fill with a single endless request the disk that the journal needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: The largest that pages send is a piece of a recording, of 1 MiB; forms have at most a little more.
MAX_BODY_BYTES = 4 * 1024 * 1024


class BodyLimit:
    """An ASGI application that hands requests on until their body is too large, and then says so."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _announced(scope) > MAX_BODY_BYTES:
            await _refuse(send)
            return
        taken = 0

        async def measured() -> Mapping[str, Any]:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            # Django throws away what it has of a request whose sender has gone.
            return message if taken <= MAX_BODY_BYTES else {"type": "http.disconnect"}

        await self._application(scope, measured, send)
        if taken > MAX_BODY_BYTES:
            await _refuse(send)


def _announced(scope: Scope) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    # So long a number is too large, whatever it is.
    return int(text[:20]) if text.isdigit() else 0


async def _refuse(send: Send) -> None:
    body = _("This is more than one request may bring.").encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        # The rest of the body is on its way, and nobody waits for it.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
