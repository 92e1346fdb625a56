"""The tower's socket: the tiles once, then only what changes, at most every three seconds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.sessions.models import Session
from django.utils import timezone

from farward.encounters.access.agents import origin_of_scope
from farward.encounters.access.channels import record_tower
from farward.encounters.live import doorbell, work
from farward.encounters.live.origins import is_own_origin
from farward.people.models import User
from farward.people.rules import is_member

from .queries import Numbers, own_seats, tiles_for
from .tiles import Tile, changes, encode, full_frame

#: A change is told at once, the next ones after this time together: a tile stays under 1 kbit/s in the busiest room.
GATHER_SECONDS = 3.0
#: Without a doorbell the tiles are looked at this often: new bookings ring none, and a bell may be lost.
LOOK_SECONDS = 20.0
NOT_SIGNED_IN = 4401


class TowerConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels has no types
    """One preceptor's tower. It sends and hears nothing but beats."""

    async def connect(self) -> None:
        self._user: User | None = None
        self._session_key = ""
        self._tiles: dict[int, Tile] = {}
        self._numbers = Numbers()
        self._groups: set[str] = set()
        self._seen: set[UUID] = set()
        self._rung = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        if not is_own_origin(self.scope["headers"]):
            await self.close()
            return
        user = self.scope.get("user")
        await self.accept()
        if not is_member(user):
            await self.close(code=NOT_SIGNED_IN)
            return
        self._user = user
        self._session_key = self.scope["session"].session_key or ""
        doorbell.listen_on(asyncio.get_running_loop())
        self._watching = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        for group in self._groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A beat from the page is answered, so that it notices a line that went dead."""
        if text_data == '{"t":"beat"}':
            await self.send(text_data='{"t":"beat"}')

    async def doorbell(self, message: Mapping[str, Any]) -> None:
        """One of the encounters' journals has grown."""
        self._rung.set()

    async def _watch(self) -> None:
        first = True
        while True:
            self._rung.clear()
            user = self._user
            if user is None or not await work.read(_still_signed_in, user, self._session_key):
                await self.close(code=NOT_SIGNED_IN)
                return
            await self._listen(user, await work.read(_encounters, user))
            await self._tell(await work.read(tiles_for, user, self._numbers), everything=first)
            first = False
            await asyncio.sleep(GATHER_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._rung.wait()

    async def _tell(self, tiles: list[Tile], *, everything: bool) -> None:
        now = {tile.n: tile for tile in tiles}
        frame = full_frame(tiles) if everything else changes(self._tiles, now)
        self._tiles = now
        if frame is not None:
            await self.send(text_data=encode(frame))

    async def _listen(self, user: User, encounters: list[UUID]) -> None:
        if new := set(encounters) - self._seen:
            # Before the first tile of it is sent.
            await work.write(record_tower, user, new, origin_of_scope(self.scope))
            self._seen |= new
        wanted = {doorbell.group_of(encounter) for encounter in encounters}
        for group in wanted - self._groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self._groups - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self._groups = wanted


def _still_signed_in(user: User, session_key: str) -> bool:
    """Whether the session that opened the socket still stands: signing out or being shut out ends the tower too."""
    sessions = Session.objects.filter(pk=session_key, expire_date__gt=timezone.now())
    return sessions.exists() and User.objects.filter(pk=user.pk, is_active=True).exists()


def _encounters(user: User) -> list[UUID]:
    return list(own_seats(user).values_list("encounter_id", flat=True))
