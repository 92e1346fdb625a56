"""The ASGI application: pages by Django, the live channel by Channels, and the process's own upkeep by its lifespan."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farward.settings")
# Before anything that reads models or settings.
pages: Any = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import WebsocketDenier  # noqa: E402
from django.urls import re_path  # noqa: E402

from farward.encounters.live import routing  # noqa: E402
from farward.encounters.live.background import Upkeep  # noqa: E402
from farward.web.body_limit import BodyLimit  # noqa: E402

bounded: Any = BodyLimit(pages)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start the upkeep with the server and stop it with it."""
    upkeep = Upkeep()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            upkeep.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await upkeep.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {
        "lifespan": lifespan,
        "http": URLRouter([*routing.http_routes, re_path(r"", bounded)]),
        "websocket": URLRouter([*routing.websocket_routes, re_path(r"", WebsocketDenier.as_asgi())]),
    }
)
