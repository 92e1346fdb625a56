"""ICE servers for one seat, with time-limited TURN credentials.

The credentials follow coturn's REST scheme (draft-uberti-behave-turn-rest-00): the user name carries the moment of
expiry, the password is its HMAC-SHA1 under the secret that Farward and the TURN server share.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.conf import settings


class IceServer(TypedDict, total=False):
    """One RTCIceServer as the browser takes it."""

    urls: list[str]
    username: str
    credential: str


class Ice(TypedDict):
    """What a browser needs to find paths: the servers, and whether only relayed paths may be used."""

    servers: list[IceServer]
    policy: str


def ice_servers(seat_id: UUID, now: datetime) -> Ice:
    """The ICE configuration for a seat.

    Credentials last for at least half of FARWARD_TURN_TTL and stay the same within each half, so that asking again does
    not look like a change of wiring.
    """
    servers: list[IceServer] = []
    if settings.FARWARD_ICE_URLS:
        servers.append({"urls": list(settings.FARWARD_ICE_URLS)})
    if settings.FARWARD_TURN_URLS:
        username, credential = turn_credentials(
            secret=settings.FARWARD_TURN_SECRET, subject=str(seat_id), now=now, ttl=settings.FARWARD_TURN_TTL
        )
        servers.append({"urls": list(settings.FARWARD_TURN_URLS), "username": username, "credential": credential})
    return {"servers": servers, "policy": "relay" if settings.FARWARD_FORCE_RELAY else "all"}


def turn_credentials(*, secret: str, subject: str, now: datetime, ttl: int) -> tuple[str, str]:
    """User name and password for the TURN server. The subject is hashed: the relay's logs name no seat."""
    half = ttl // 2
    expires = int(now.timestamp()) // half * half + ttl
    alias = hashlib.sha256(subject.encode()).hexdigest()[:16]
    username = f"{expires}:{alias}"
    # SHA-1 is what the scheme and coturn prescribe.
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()
