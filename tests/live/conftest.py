"""A real server in the test's own process and database, and devices that hold the seats of one encounter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
import uvicorn
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client

from farward.encounters.actions.invitations import issue_invitation, redeem_invitation
from farward.encounters.models import Encounter, Seat
from farward.people.models import User
from tests.fixtures.cast import Booker
from tests.live.device import SeatKey


@dataclass
class Visit:
    """One encounter that begins now, and the keys to its seats by role."""

    encounter: Encounter
    keys: dict[str, SeatKey]

    def __getitem__(self, role: str) -> SeatKey:
        return self.keys[role]


@pytest_asyncio.fixture
async def server_url(transactional_db: None) -> AsyncIterator[str]:
    """The address of uvicorn with Farward on it, on a free port, in this event loop."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    from farward.asgi import application

    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


def give_key(seat: Seat, by: User, url: str) -> SeatKey:
    """Let a new browser hold the seat, by a link of its own."""
    link = issue_invitation(by=by, seat=seat).url.rpartition("#")[2]
    link_id, _, token = link.partition(".")
    redeemed = redeem_invitation(link_id=link_id, token=token, label="Firefox on a phone", user=seat.user)
    session = session_of(seat.user) if seat.user is not None else ""
    return SeatKey(seat.pk, redeemed.token, url, redeemed.device.pk, session)


def session_of(user: User) -> str:
    """The key of a new session of this account."""
    client = Client()
    client.force_login(user)
    key = client.session.session_key
    assert key is not None
    return key


@pytest_asyncio.fixture
async def visit(server_url: str, booked: Booker, kofi: User) -> Visit:
    """Ms Rivera, Amina and Dr Osei, each with a browser that may open their seat."""

    def make() -> Visit:
        encounter = booked()
        seats = encounter.seats.select_related("user", "encounter")
        return Visit(encounter, {seat.role: give_key(seat, kofi, server_url) for seat in seats})

    made: Visit = await sync_to_async(make)()
    return made


def in_thread(function: Any) -> Any:
    """Call database code from a test on the event loop."""
    return sync_to_async(function, thread_sensitive=False)
