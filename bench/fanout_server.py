"""Farward with a bare broadcast beside it: `/bare/<room>` sends each text to everybody in the room, and that is all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from farward.asgi import application as farward

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_rooms: dict[str, set[Send]] = defaultdict(set)


async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Route to the bare broadcast, or to Farward."""
    if scope["type"] == "websocket" and scope["path"].startswith("/bare/"):
        await _broadcast(_rooms[scope["path"]], receive, send)
    else:
        await farward(scope, receive, send)


async def _broadcast(room: set[Send], receive: Receive, send: Send) -> None:
    room.add(send)
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        for each in list(room):
            if '"t":"beat"' not in message["text"] or each is send:
                await each({"type": "websocket.send", "text": message["text"]})
    room.discard(send)
