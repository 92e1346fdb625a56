"""A reader that takes nothing is cut and resumes; the others feel nothing."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect

from farward.encounters.live import consumer
from tests.live.conftest import Visit
from tests.live.device import Device, SeatKey, entry
from tests.live.test_presence import until_presence


async def open_and_never_read(key: SeatKey) -> ClientConnection:
    """A page that says hello, asks again and again for everything, and takes nothing of it from its socket."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, _, port = key.url.removeprefix("http://").partition(":")
    narrow.connect((host, int(port)))
    narrow.setblocking(False)
    greedy = await connect(
        key.path("live").replace("http", "ws", 1),
        sock=narrow,
        additional_headers={"Cookie": key.cookies},
        origin=key.url,  # type: ignore[arg-type]
        compression=None,
        max_queue=1,
        ping_interval=None,
    )
    await greedy.send(json.dumps({"t": "hello", "v": 1, "instance": str(uuid4()), "after": 0}))
    return greedy


def knows_lost(device: Device) -> bool:
    """Whether this page was told that somebody's connection is lost."""
    return "lost" in [each["payload"].get("state") for each in device.entries if each["kind"] == "presence"]


async def test_a_reader_that_takes_nothing_is_cut_and_the_others_feel_nothing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "SLOW_SECONDS", 1.0)
    async with Device(visit["learner"]) as amina, Device(visit["preceptor"]) as osei:
        for _ in range(2):
            await amina.append(*[entry(text=os.urandom(1500).hex()) for _ in range(100)])
        greedy = await open_and_never_read(visit["patient"])
        await until_presence(amina, visit["patient"].seat, "joined")
        heard: list[bool] = []
        while not knows_lost(amina):
            # The page still says that it is there: only that it does not read gives it away.
            await asyncio.gather(greedy.send('{"t":"more","after":0}'), return_exceptions=True)
            text = f"Are you there? {len(heard)}"
            await amina.append(entry(text=text))
            await osei.until_text(text)
            heard.append(not knows_lost(osei))
            # No faster than a seat may write (60 frames a second): on a quick machine it would be shown out.
            await asyncio.sleep(0.03)
            assert len(heard) < 400
        # Were one reader's writes to wait for another's, the first text would come only once the stuck one is cut.
        assert heard[:3] == [True] * 3
        greedy.transport.abort()
        again = Device(visit["patient"])
        await again.open()
        await again.until("entries")
        while again.last("entries")["more"]:
            page = again.last("entries")
            await again.send({"t": "more", "after": page["cursor"]})
            await again.until("entries", lambda frame, page=page: frame["after"] == page["cursor"])  # type: ignore[misc]
        assert len(again.texts()) == 200 + len(heard)
        await again.close()
