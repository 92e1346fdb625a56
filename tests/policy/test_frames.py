"""Every frame of the live channel, from every seat: on the own socket, on somebody else's, on nobody's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from unittest import mock
from uuid import uuid4

import httpx
import msgspec
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.bookings import MOST_SEATS
from farward.encounters.live import frames
from farward.policy.frames import INCOMING, OUTGOING
from farward.policy.people import SEATS
from tests.encounters.support import join_all, move, seat_of
from tests.live.conftest import give_key, in_thread, server_url  # noqa: F401 -- a fixture
from tests.live.device import Device, SeatKey, entry

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

LIVE = Path(frames.__file__).parent
HELLO = {"t": "hello", "v": 1, "after": 0}
EXTRA = tuple(SeatRequest(role=role, name=role) for role in ("observer", "helper", "companion", "interpreter"))


@dataclass
class Everyone:
    """Keys to every seat of a visit, and of another one, by role."""

    here: dict[str, SeatKey]
    there: dict[str, SeatKey]


@pytest_asyncio.fixture
async def everyone(server_url: str, booked: Booker, kofi: User) -> Everyone:  # noqa: F811 -- a fixture
    def make() -> Everyone:
        with mock.patch.dict(MOST_SEATS, dict.fromkeys(MOST_SEATS, 9)):
            visits = [booked(extra=EXTRA), booked(extra=EXTRA)]
        keys = [
            {seat.role: give_key(seat, kofi, server_url) for seat in visit.seats.select_related("user", "encounter")}
            for visit in visits
        ]
        join_all(visits[0])
        for phase in ("check_in", "interview"):
            assert move(seat_of(visits[0], "preceptor"), phase) == "ok"
        return Everyone(*keys)

    made: Everyone = await in_thread(make)()
    return made


def test_every_frame_is_in_the_table() -> None:
    incoming = {msgspec.inspect.type_info(kind).tag for kind in get_args(frames.Incoming)}  # type: ignore[attr-defined]
    assert incoming == INCOMING.keys()
    sources = [*LIVE.glob("*.py"), LIVE.parent / "queries.py"]
    outgoing = {kind for path in sources for kind in re.findall(r'"t": "(\w+)"', path.read_text("utf-8"))}
    assert outgoing == OUTGOING.keys()


@pytest.mark.parametrize("role", SEATS)
async def test_a_seat_sends_and_is_sent_its_frames(role: str, everyone: Everyone) -> None:
    async with Device(everyone.here[role]) as device:
        assert {"welcome", "room", "wiring", "entries"} <= set(device.kinds)
        assert device.last("room")["me"]["role"] == role
        await device.send({"t": "beat"})
        await device.until("beat")
        await device.send({"t": "state", "data": {"typing": True}})
        await device.send({"t": "more", "after": 0})
        written = await device.append(entry("help", "everyone", text="No sound"))
        assert len(written["accepted"]) == 1
        for other, key in everyone.here.items():
            wire = device.peer(key.seat)
            if other == role:
                continue
            await device.signal(key.seat, wire["link"] if wire else "guessed")
            if wire is None:
                await device.until("refused", lambda frame, seat=str(key.seat): frame.get("to") == seat)  # type: ignore[misc]
        allowed = role in INCOMING["signal"].seats
        assert allowed or device.last("wiring")["peers"] == []
        await device.send({"t": "leave"})
        await device.until_closed()


@pytest.mark.parametrize("role", SEATS)
async def test_no_seat_opens_another_ones_channel(role: str, everyone: Everyone) -> None:
    target = everyone.here["patient"]
    keys = [everyone.there[role], *([everyone.here[role]] if role != "patient" else [])]
    for key in keys:
        device = Device(SeatKey(target.seat, key.cookie, key.url, key.device))
        await device.connect()
        goodbye = await device.until_closed()
        assert goodbye is not None
        assert (device.kinds, goodbye["code"]) == (["bye"], "gone")
        assert [frame["t"] for frame in await _posted(target, {"Cookie": f"seat={key.cookie}"})] == ["bye"]


async def test_nobody_and_no_other_site_gets_a_socket(everyone: Everyone) -> None:
    target = everyone.here["patient"]
    address = target.path("live").replace("http", "ws", 1)
    mine = {"Cookie": f"seat={target.cookie}"}
    for headers, origin in (({}, target.url), (mine, "https://evil.example"), (mine, "null"), (mine, None)):
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, additional_headers=headers, origin=origin, proxy=None)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    async with httpx.AsyncClient() as client:
        tower = target.url.replace("http", "ws", 1) + "/tower/live"
        async with connect(tower, origin=target.url, proxy=None) as socket:  # type: ignore[arg-type]
            await socket.wait_closed()
            assert socket.close_code == 4401
        answer = await client.get(target.path("frames"), params={"instance": str(uuid4()), "after": 0})
        assert answer.status_code == 403


async def _posted(target: SeatKey, headers: dict[str, str]) -> list[dict[str, Any]]:
    instance = str(uuid4())
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            target.path("frames"),
            headers={**headers, "X-Farward": "1", "Origin": target.url},
            json={"instance": instance, "frames": [HELLO | {"instance": instance}]},
        )
    found: list[dict[str, Any]] = answer.json()["frames"]
    return found
