"""Where the live channel is reached: under the seat's own path, so that the seat's cookie comes along."""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddlewareStack
from django.urls import path

from farward.encounters.live.consumer import LiveConsumer
from farward.encounters.live.polling import exchange_frames
from farward.encounters.tower.consumer import TowerConsumer

socket: Any = LiveConsumer.as_asgi()
polling: Any = exchange_frames
tower: Any = AuthMiddlewareStack(TowerConsumer.as_asgi())

#: Channels routes ASGI applications by Django's own patterns.
websocket_routes = [path("s/<uuid:seat>/live", socket), path("tower/live", tower)]
http_routes = [path("s/<uuid:seat>/frames", polling)]
