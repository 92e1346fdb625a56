"""A seat's device for tests: a socket, or plain requests, and what came over it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
import uuid_utils.compat
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
PATIENCE = 10.0


@dataclass
class SeatKey:
    """A seat and the value of the cookie that opens it."""

    seat: UUID
    cookie: str
    url: str
    device: UUID
    #: The key of the account's session; empty where the seat has none.
    session: str = ""

    @property
    def cookies(self) -> str:
        return f"seat={self.cookie}" + (f"; sessionid={self.session}" if self.session else "")

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookies, "Origin": self.url}

    def path(self, name: str) -> str:
        return f"{self.url}/s/{self.seat}/{name}"


def entry(kind: str = "message", audience: str = "room", **payload: Any) -> Frame:
    """An entry as a device writes it; a message unless told otherwise."""
    if kind == "message":
        payload.setdefault("text", "How long have you been coughing?")
    return {
        "id": str(uuid_utils.compat.uuid7()),
        "kind": kind,
        "audience": audience,
        "at": datetime.now(UTC).isoformat(),
        "payload": payload,
    }


@dataclass
class Device:
    """A page on a WebSocket. Everything it got is in `frames`; beats go out by themselves unless it is `mute`."""

    key: SeatKey
    instance: UUID = field(default_factory=uuid4)
    mute: bool = False
    frames: list[Frame] = field(default_factory=list)
    socket: ClientConnection | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _n: int = 0

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self, after: int = 0) -> None:
        """Connect and say hello; returns with the first `room` and `wiring`."""
        await self.connect()
        await self.send({"t": "hello", "v": 1, "instance": str(self.instance), "after": after})
        await self.until("wiring")

    async def connect(self) -> None:
        """Connect without a word."""
        self.socket = await connect(
            self.key.path("live").replace("http", "ws", 1),
            additional_headers={"Cookie": self.key.cookies},
            origin=self.key.url,  # type: ignore[arg-type]
            ping_interval=None,
            proxy=None,
        )
        self._tasks = [asyncio.create_task(self._hear())]
        if not self.mute:
            self._tasks.append(asyncio.create_task(self._beat()))

    async def close(self) -> None:
        """Close without goodbye."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.socket is not None:
            await self.socket.close()

    def vanish(self) -> None:
        """Fall silent with the socket left open, as a device that lost its network."""
        for task in self._tasks:
            task.cancel()

    async def send(self, frame: Frame) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps(frame))

    async def append(self, *entries: Frame) -> Frame:
        """Append entries and return the acknowledgement, or the refusal of the whole."""
        self._n += 1
        n = self._n
        await self.send({"t": "append", "n": n, "entries": list(entries)})
        return await self.until_any(lambda frame: frame["t"] in {"ack", "refused"} and frame.get("n") == n)

    async def signal(self, to: UUID | str, link: str, **data: Any) -> None:
        await self.send({"t": "signal", "to": str(to), "link": link, "data": {"pc": "mark", **data}})

    async def until(self, kind: str, test: Callable[[Frame], bool] = lambda frame: True) -> Frame:
        """The newest frame of that kind that fits, now or as soon as one comes."""
        return await self.until_any(lambda frame: frame["t"] == kind and test(frame))

    async def until_any(self, test: Callable[[Frame], bool]) -> Frame:
        async def wait() -> Frame:
            async with self._news:
                while not (found := [frame for frame in self.frames if test(frame)]):
                    await self._news.wait()
                return found[-1]

        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"waited in vain; got {[frame['t'] for frame in self.frames]}") from None

    async def until_room(self, test: Callable[[Frame], bool]) -> Frame:
        """The newest `room` frame, once it fits."""

        def fits(frame: Frame) -> bool:
            return frame is self.last("room") and test(frame)

        return await self.until("room", fits)

    def last(self, kind: str) -> Frame:
        return [frame for frame in self.frames if frame["t"] == kind][-1]

    @property
    def kinds(self) -> list[str]:
        return [frame["t"] for frame in self.frames]

    @property
    def entries(self) -> list[Frame]:
        """Every entry that came, in the order it came."""
        return [entry for frame in self.frames if frame["t"] == "entries" for entry in frame["entries"]]

    def texts(self) -> list[str]:
        return [entry["payload"]["text"] for entry in self.entries if entry["kind"] == "message"]

    async def until_text(self, text: str) -> Frame:
        """Wait for a message."""
        await self.until("entries", lambda frame: any(e["payload"].get("text") == text for e in frame["entries"]))
        return next(entry for entry in self.entries if entry["payload"].get("text") == text)

    def peer(self, seat: UUID | str) -> Frame | None:
        """The wire to another seat in the newest wiring."""
        return next((peer for peer in self.last("wiring")["peers"] if peer["seat"] == str(seat)), None)

    async def until_wired(self, seat: UUID | str, wired: bool = True) -> Frame:
        """The wire to another seat once there is one; `wired=False` waits until there is none, and returns nothing."""

        def fits(frame: Frame) -> bool:
            return frame is self.last("wiring") and (self.peer(seat) is not None) == wired

        await self.until("wiring", fits)
        return self.peer(seat) or {}

    async def until_closed(self) -> Frame | None:
        """Wait until the server closes; returns its goodbye, if it said one."""
        await asyncio.wait_for(asyncio.shield(self._tasks[0]), PATIENCE)
        goodbyes = [frame for frame in self.frames if frame["t"] == "bye"]
        return goodbyes[0] if goodbyes else None

    async def _hear(self) -> None:
        assert self.socket is not None
        try:
            async for text in self.socket:
                async with self._news:
                    self.frames.append(json.loads(text))
                    self._news.notify_all()
        except ConnectionClosed:
            pass

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(2)
            try:
                await self.send({"t": "beat"})
            except ConnectionClosed:
                return


@dataclass
class PollingDevice:
    """A page behind a network that lets no WebSocket through."""

    key: SeatKey
    instance: UUID = field(default_factory=uuid4)
    cursor: int = 0
    frames: list[Frame] = field(default_factory=list)
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=40))

    async def __aenter__(self) -> Self:
        await self.post({"t": "hello", "v": 1, "instance": str(self.instance), "after": self.cursor})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def post(self, *frames: Frame, url: str = "") -> list[Frame]:
        response = await self.client.post(
            (url or self.key.url) + f"/s/{self.key.seat}/frames",
            headers={**self.key.headers, "X-Farward": "1", "Origin": url or self.key.url},
            json={"instance": str(self.instance), "frames": list(frames)},
        )
        return self._take(response)

    async def poll(self, wait: float = 5, url: str = "") -> list[Frame]:
        response = await self.client.get(
            (url or self.key.url) + f"/s/{self.key.seat}/frames",
            headers={"Cookie": self.key.headers["Cookie"]},
            params={"instance": str(self.instance), "after": self.cursor, "wait": wait},
        )
        return self._take(response)

    def _take(self, response: httpx.Response) -> list[Frame]:
        assert response.status_code == 200, response.status_code
        frames: list[Frame] = response.json()["frames"]
        for frame in frames:
            if frame["t"] == "entries":
                self.cursor = max(self.cursor, frame["cursor"])
        self.frames += frames
        return frames

    def texts(self) -> list[str]:
        entries = [entry for frame in self.frames if frame["t"] == "entries" for entry in frame["entries"]]
        return [entry["payload"]["text"] for entry in entries if entry["kind"] == "message"]
