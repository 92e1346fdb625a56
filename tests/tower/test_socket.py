"""The tower's socket on a real server: everything once, then only changes; who may not open it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from farward.encounters.models import Encounter
from farward.people.models import User
from tests.encounters.support import bring_to, seat_of, send
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@asynccontextmanager
async def tower(url: str, session: str, origin: str | None = None) -> AsyncIterator[ClientConnection]:
    address = url.replace("http", "ws", 1) + "/tower/live"
    cookie = {"Cookie": f"sessionid={session}"}
    options: dict[str, Any] = {"additional_headers": cookie, "origin": origin or url, "proxy": None}
    async with connect(address, **options) as socket:
        yield socket


async def heard(socket: ClientConnection, seconds: float = 8) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), seconds))
    return frame


@sync_to_async
def interview(booked: Booker) -> Encounter:
    encounter = booked()
    bring_to(encounter, "interview")
    return encounter


async def test_the_tower_hears_only_what_changed(server_url: str, booked: Booker, osei: User) -> None:
    encounter = await interview(booked)
    await interview(booked)
    session = await sync_to_async(session_of)(osei)
    async with tower(server_url, session) as socket:
        first = await heard(socket)
        assert (first["t"], len(first["tiles"])) == ("tiles", 2)
        learner = await sync_to_async(seat_of)(encounter, "learner")
        await sync_to_async(send)(learner, "hand", {"up": True})
        change = await heard(socket)
        assert change["t"] == "changes"
        [tile] = change["tiles"]
        assert set(tile) == {"n", "hand", "need"}
        assert tile["need"] == 0


async def test_a_quiet_tower_sends_nothing(server_url: str, booked: Booker, osei: User) -> None:
    await interview(booked)
    session = await sync_to_async(session_of)(osei)
    async with tower(server_url, session) as socket:
        await heard(socket)
        with pytest.raises(TimeoutError):
            await heard(socket, 5)
        await socket.send('{"t":"beat"}')
        assert await heard(socket) == {"t": "beat"}


async def test_a_new_booking_comes_to_the_tower_by_itself(
    server_url: str,
    booked: Booker,
    osei: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("farward.encounters.tower.consumer.LOOK_SECONDS", 0.5)
    session = await sync_to_async(session_of)(osei)
    async with tower(server_url, session) as socket:
        assert (await heard(socket))["tiles"] == []
        await interview(booked)
        assert len((await heard(socket))["tiles"]) == 1


async def test_without_a_session_the_tower_closes(server_url: str) -> None:
    async with tower(server_url, "no-such-session") as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await heard(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_page_of_another_site_is_turned_away(server_url: str, osei: User) -> None:
    session = await sync_to_async(session_of)(osei)
    with pytest.raises(InvalidStatus):
        async with tower(server_url, session, origin="https://evil.example"):
            pass


async def test_signing_out_ends_the_tower(
    server_url: str,
    booked: Booker,
    osei: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("farward.encounters.tower.consumer.LOOK_SECONDS", 0.5)
    session = await sync_to_async(session_of)(osei)
    async with tower(server_url, session) as socket:
        await heard(socket)
        await sync_to_async(Session.objects.all().delete)()
        with pytest.raises(ConnectionClosed):
            await heard(socket)


async def test_a_stranger_sees_an_empty_tower(server_url: str, booked: Booker, sam: User) -> None:
    await interview(booked)
    session = await sync_to_async(session_of)(sam)
    async with tower(server_url, session) as socket:
        assert await heard(socket) == {"t": "tiles", "tiles": []}
