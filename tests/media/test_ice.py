"""ICE servers and time-limited TURN credentials."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from farward.media.ice import ice_servers, turn_credentials

if TYPE_CHECKING:
    from django.conf import LazySettings

SEAT = UUID("019353a0-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TTL = 6 * 3600


def credentials(now: datetime, seat: UUID = SEAT) -> tuple[str, str]:
    return turn_credentials(secret="north", subject=str(seat), now=now, ttl=TTL)


def expiry(username: str) -> datetime:
    return datetime.fromtimestamp(int(username.split(":", maxsplit=1)[0]), UTC)


def test_the_password_is_the_hmac_of_the_user_name_as_coturn_computes_it() -> None:
    username, credential = credentials(NOW)
    assert base64.b64decode(credential) == hmac.new(b"north", username.encode(), hashlib.sha1).digest()


def test_credentials_last_between_half_and_all_of_their_time() -> None:
    for minutes in range(0, 24 * 60, 7):
        now = NOW + timedelta(minutes=minutes)
        left = expiry(credentials(now)[0]) - now
        assert timedelta(seconds=TTL / 2) <= left <= timedelta(seconds=TTL)


def test_asking_again_soon_gives_the_same_credentials() -> None:
    assert credentials(NOW) == credentials(NOW + timedelta(minutes=5))


def test_the_relay_learns_no_seat_id() -> None:
    assert str(SEAT) not in credentials(NOW)[0]
    assert SEAT.hex not in credentials(NOW)[0]


def test_without_settings_there_are_no_servers(settings: LazySettings) -> None:
    settings.FARWARD_ICE_URLS, settings.FARWARD_TURN_URLS, settings.FARWARD_FORCE_RELAY = [], [], False
    ice = ice_servers(SEAT, NOW)
    assert (ice["servers"], ice["policy"]) == ([], "all")


def test_settings_give_servers_credentials_and_policy(settings: LazySettings) -> None:
    settings.FARWARD_ICE_URLS = ["stun:turn.school.example"]
    settings.FARWARD_TURN_URLS = ["turn:turn.school.example?transport=udp"]
    settings.FARWARD_TURN_SECRET, settings.FARWARD_FORCE_RELAY = "north", True
    ice = ice_servers(SEAT, NOW)
    assert ice["policy"] == "relay"
    stun, turn = ice["servers"]
    assert stun == {"urls": ["stun:turn.school.example"]}
    assert (turn["username"], turn["credential"]) == turn_credentials(
        secret="north", subject=str(SEAT), now=NOW, ttl=settings.FARWARD_TURN_TTL
    )
