"""Where the live channel is reached: under the seat's own path, so that the seat's cookie comes along."""

from __future__ import annotations

from typing import Any

from django.urls import path

from farward.encounters.live.consumer import LiveConsumer
from farward.encounters.live.polling import exchange_frames

socket: Any = LiveConsumer.as_asgi()
polling: Any = exchange_frames

#: Channels routes ASGI applications by Django's own patterns.
websocket_routes = [path("s/<uuid:seat>/live", socket)]
http_routes = [path("s/<uuid:seat>/frames", polling)]
