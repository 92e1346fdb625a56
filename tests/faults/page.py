"""A page in trouble: it writes, connects, loses the network, reloads and comes back, until the schedule is over."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID, uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.faults.replica import Frame, Replica
from tests.faults.schedule import ASIDES, Event, Schedule
from tests.live.device import SeatKey

ACK_SECONDS = 1.5
BEAT_SECONDS = 2.0
#: Failures of a network, as a browser would see them.
BROKEN = (OSError, WebSocketException, httpx.HTTPError, TimeoutError, ConnectionError)

Send = Callable[[Frame], Awaitable[None]]


class Reloaded(Exception):
    """The page was reloaded or its network cut: what it had in memory of the connection is gone."""


@dataclass
class Page:
    """One seat's page under one schedule."""

    role: str
    key: SeatKey
    schedule: Schedule
    replica: Replica = field(default_factory=Replica)
    instance: UUID = field(default_factory=uuid4)
    calm: bool = False
    swallowing: bool = False
    n: int = 0
    send: Send | None = None
    goodbyes: list[str] = field(default_factory=list)
    connection: asyncio.Task[None] | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.schedule.seed}/{self.role}")
        self.polls = self.schedule.polls[self.role]

    # The person

    async def type_until(self, done: asyncio.Event) -> None:
        """Write something every moment, connected or not."""
        count = 0
        while not done.is_set():
            count += 1
            self._write(count)
            self.wake.set()
            await asyncio.sleep(self.schedule.pause * self.random.uniform(0.5, 1.5))

    def _write(self, count: int) -> None:
        audience = self.random.choice(ASIDES[self.role])
        if self.random.random() < 0.1:
            self.replica.write("hand", "everyone", up=count % 2 == 0)
        elif self.random.random() < 0.05:
            self.replica.write("message", "room", text="x" * 4001)
        else:
            self.replica.write("message", audience, text=f"{self.role} {count}")

    async def suffer(self, start: float) -> None:
        """Live through the schedule's troubles."""
        loop = asyncio.get_running_loop()
        for event in self.schedule.events[self.role]:
            await asyncio.sleep(max(0.0, start + event.at - loop.time()))
            await self._suffer(event)

    async def _suffer(self, event: Event) -> None:
        if event.trouble == "rest":
            return
        if event.trouble == "swallow":
            # The network takes what both sides say and gives it to nobody; then the connection breaks.
            self.swallowing = True
            await asyncio.sleep(event.seconds)
            self.swallowing = False
        if event.trouble in {"reload", "wipe"}:
            self.instance = uuid4()
        if event.trouble == "wipe":
            self.replica.forget()
        if self.connection is not None:
            self.connection.cancel()

    # The connection

    async def stay_connected(self) -> None:
        """Connect, and connect again, for ever."""
        while True:
            self.connection = asyncio.create_task(self._connect())
            try:
                await self.connection
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    self.connection.cancel()
                    raise
            self.send = None
            await asyncio.sleep(self.random.uniform(0.05, 0.3))

    async def _connect(self) -> None:
        try:
            await (self._poll() if self.polls else self._talk())
        except* BROKEN:
            pass

    async def _talk(self) -> None:
        address = self.key.path("live").replace("http", "ws", 1)
        cookie = {"Cookie": self.key.cookies}
        socket = await connect(
            address,
            additional_headers=cookie,
            origin=self.key.url,  # type: ignore[arg-type]
            proxy=None,
            ping_interval=None,
            open_timeout=5,
        )
        try:
            await self._hello(lambda frame: socket.send(json.dumps(frame)))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(socket))
                group.create_task(self._keep_sending())
                group.create_task(self._beat())
        finally:
            # Without the closing handshake: a network that breaks says no goodbye.
            socket.transport.abort()

    async def _hello(self, send: Send) -> None:
        self.send = send
        await send({"t": "hello", "v": 1, "instance": str(self.instance), "after": self.replica.cursor})
        self.wake.set()

    async def _hear(self, socket: ClientConnection) -> None:
        held: list[Frame] = []
        async for text in socket:
            frames = self._through_the_network([json.loads(text)], held)
            for frame in frames:
                await self._take(frame)
        raise ConnectionError

    async def _poll(self) -> None:
        async with httpx.AsyncClient(timeout=6) as client, asyncio.TaskGroup() as group:
            held: list[Frame] = []

            async def exchange(request: Awaitable[httpx.Response]) -> None:
                answer = await request
                if answer.status_code != 200:
                    raise ConnectionError
                for frame in self._through_the_network(answer.json()["frames"], held):
                    await self._take(frame)

            async def post(frame: Frame) -> None:
                headers = {**self.key.headers, "X-Farward": "1"}
                body = {"instance": str(self.instance), "frames": [frame]}
                await exchange(client.post(self.key.path("frames"), headers=headers, json=body))

            await self._hello(post)
            group.create_task(self._keep_sending())
            headers = {"Cookie": self.key.headers["Cookie"]}
            while True:
                where = {"instance": str(self.instance), "after": str(self.replica.cursor), "wait": "1"}
                await exchange(client.get(self.key.path("frames"), headers=headers, params=where))

    async def _take(self, frame: Frame) -> None:
        if frame["t"] == "bye":
            self.goodbyes.append(frame["code"])
            raise ConnectionError
        missing = self.replica.receive(frame)
        if missing is not None and self.send is not None:
            await self.send({"t": "more", "after": missing})
        if frame["t"] in {"ack", "refused"}:
            self.wake.set()

    async def _keep_sending(self) -> None:
        """Send what is in the outbox until each entry of it is settled; again after a while without an answer."""
        while True:
            self.wake.clear()
            batch = self.replica.batch()
            if batch and self.send is not None:
                self.n += 1
                for frame in self._doubled({"t": "append", "n": self.n, "entries": self._shuffled(batch)}):
                    if not self.swallowing:
                        await self.send(frame)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ACK_SECONDS):
                    await self.wake.wait()
            await asyncio.sleep(0.02)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self.send is not None and not self.swallowing:
                await self.send({"t": "beat"})

    # The network

    def _through_the_network(self, frames: list[Frame], held: list[Frame]) -> list[Frame]:
        """What arrives of these frames, in what order: some twice, some behind those that came after them."""
        if self.swallowing:
            return []
        arriving: list[Frame] = []
        for frame in frames:
            if not self.calm and frame["t"] in {"entries", "ack"} and self.random.random() < self.schedule.held_up:
                held.append(frame)
                continue
            arriving += self._doubled(frame)
            arriving += self._let_go(held)
        return arriving + (self._let_go(held) if self.calm else [])

    def _let_go(self, held: list[Frame]) -> list[Frame]:
        """The frames held up so far, at once or not yet: if the connection breaks first they never arrive."""
        if not held or (not self.calm and self.random.random() < 0.5):
            return []
        let_go = held.copy()
        held.clear()
        return let_go

    def _doubled(self, frame: Frame) -> list[Frame]:
        twice = not self.calm and self.random.random() < self.schedule.doubled
        return [frame, frame] if twice else [frame]

    def _shuffled(self, batch: list[Frame]) -> list[Frame]:
        if self.calm or self.random.random() >= self.schedule.held_up:
            return batch
        return self.random.sample(batch, len(batch))
