"""The hub: all live connections of one process, by encounter, and the one ear they share on the channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from farward.encounters.live import doorbell
from farward.encounters.live.room import Room
from farward.encounters.live.session import Session

log = logging.getLogger(__name__)


class Hub:
    """Rooms that have at least one connection in this process. One hub runs on one event loop."""

    def __init__(self) -> None:
        self._rooms: dict[UUID, Room] = {}
        self._layer = get_channel_layer()
        self._channel = ""
        self._ear: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._heard: set[UUID] = set()

    async def enter(self, session: Session) -> Room:
        """Put a connection into its room, in place of an earlier one of the same seat."""
        async with self._opening:
            room = self._rooms.get(session.encounter_id)
            if room is None:
                room = Room(session.encounter_id)
                await self._hear(session.encounter_id)
                self._rooms[session.encounter_id] = room
        session.room = room
        room.enter(session)
        return room

    async def leave(self, session: Session) -> None:
        """Take a connection out; an empty room is forgotten."""
        room = session.room
        if room is None:
            return
        room.leave(session)
        async with self._opening:
            if not room.sessions and self._rooms.get(room.encounter_id) is room:
                del self._rooms[room.encounter_id]
                await self._forget(room.encounter_id)

    def find(self, encounter_id: UUID, seat_id: UUID) -> Session | None:
        """The connection that holds this seat here."""
        room = self._rooms.get(encounter_id)
        return None if room is None else room.sessions.get(seat_id)

    def sessions(self) -> Iterator[Session]:
        """Every connection of this process."""
        for room in list(self._rooms.values()):
            yield from list(room.sessions.values())

    async def ring_all(self) -> None:
        """Look at every journal, doorbell or not, and listen again where the broker was away."""
        for room in list(self._rooms.values()):
            if room.encounter_id not in self._heard:
                await self._hear(room.encounter_id)
            room.ring()

    async def close(self) -> None:
        """Stop listening and forget every room."""
        doorbell.listen_on(None)
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.gather(self._ear, return_exceptions=True)
            self._ear = None

    async def _hear(self, encounter_id: UUID) -> None:
        if self._ear is None:
            self._channel = await self._layer.new_channel()
            self._ear = asyncio.create_task(self._listen())
        try:
            for group in _groups(encounter_id):
                await self._layer.group_add(group, self._channel)
            self._heard.add(encounter_id)
        except Exception as error:
            log.warning("cannot listen for doorbells: %s", type(error).__name__)

    async def _forget(self, encounter_id: UUID) -> None:
        self._heard.discard(encounter_id)
        try:
            for group in _groups(encounter_id):
                await self._layer.group_discard(group, self._channel)
        except Exception as error:
            log.warning("cannot stop listening for doorbells: %s", type(error).__name__)

    async def _listen(self) -> None:
        while True:
            message: dict[str, Any] = await self._layer.receive(self._channel)
            room = self._rooms.get(UUID(message["encounter"]))
            if room is None:
                continue
            if message["type"] == "doorbell":
                room.ring()
            else:
                room.hear(message)


def _groups(encounter_id: UUID) -> tuple[str, str]:
    return doorbell.group_of(encounter_id), doorbell.passing_group_of(encounter_id)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def the_hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        doorbell.listen_on(loop)
    return _hubs[loop]


async def close_hub() -> None:
    """End the hub of the running event loop."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.close()
