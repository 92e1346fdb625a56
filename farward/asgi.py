"""The ASGI application: HTTP by Django, WebSockets by Channels."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farward.settings")
application = get_asgi_application()
