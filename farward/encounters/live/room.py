"""One encounter's connections in this process. Doorbells come in here; a burst of them leads to one look."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError

from farward.encounters.live import doorbell, work
from farward.encounters.live.reading import look
from farward.journal.errors import JournalUnavailable

if TYPE_CHECKING:
    from farward.encounters.live.session import Session

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Room:
    """The live connections of one encounter, one for each seat."""

    __slots__ = ("_look", "_rung", "_seen", "encounter_id", "sessions", "weak")

    def __init__(self, encounter_id: UUID) -> None:
        self.encounter_id = encounter_id
        self.sessions: dict[UUID, Session] = {}
        self.weak: set[str] = set()
        self._seen = 0
        self._rung = False
        self._look: asyncio.Task[None] | None = None

    def enter(self, session: Session) -> None:
        """Seat a connection; an earlier one of the same seat ends."""
        earlier = self.sessions.get(session.seat_id)
        self.sessions[session.seat_id] = session
        if earlier is not None:
            earlier.replace_by(session.instance)
        self.ring()

    def leave(self, session: Session) -> None:
        """Unseat a connection, unless another one has its seat already."""
        if self.sessions.get(session.seat_id) is session:
            del self.sessions[session.seat_id]
            self.weak.discard(str(session.seat_id))

    def ring(self) -> None:
        """There may be something new: look soon."""
        self._rung = True
        if self._look is None:
            self._look = asyncio.create_task(self._look_while_rung())

    async def catch_up(self) -> None:
        """Look now, and return when every connection here has what the journal held at this moment."""
        self.ring()
        if self._look is not None:
            await asyncio.shield(self._look)

    def close(self) -> None:
        """Stop looking."""
        if self._look is not None:
            self._look.cancel()

    async def pass_on(self, to: Iterable[str], frame: bytes, *, what: str, link: str = "") -> None:
        """Hand a frame that is no record to seats of this encounter, wherever they are connected."""
        mail = uuid.uuid4().hex
        message = {"type": "pass", "to": list(to), "what": what, "frame": frame, "link": link, "mail": mail}
        await self.tell_all(message)

    async def tell_all(self, message: dict[str, Any]) -> None:
        """Send a message to this encounter's rooms in all processes, this one too."""
        message["encounter"] = self.encounter_id.hex
        await doorbell.publish(doorbell.passing_group_of(self.encounter_id), message)

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message that a room of this encounter sent, here or in another process."""
        if message["type"] == "pass":
            for session in self._seated(message["to"]):
                session.take_passing(message)
        elif message["type"] == "quality":
            self._mark_weak(message["seat"], weak=message["weak"])
        elif message["type"] == "entered":
            self._mark_weak(message["seat"], weak=False)
            for session in self._seated([message["seat"]]):
                if not _same_page_polls_on(session, message):
                    session.replace_by(UUID(message["instance"]))
        elif message["type"] == "mailed":
            for session in self._seated([message["seat"]]):
                session.outlet.asked_elsewhere(message["mail"])

    def _seated(self, seats: Iterable[str]) -> list[Session]:
        found = (self.sessions.get(UUID(seat)) for seat in seats)
        return [session for session in found if session is not None]

    def _mark_weak(self, seat: str, *, weak: bool) -> None:
        if weak == (seat in self.weak):
            return
        (self.weak.add if weak else self.weak.discard)(seat)
        for session in self.sessions.values():
            session.stale = True
        self.ring()

    async def _look_while_rung(self) -> None:
        try:
            while self._rung:
                self._rung = False
                await self._look_once()
        finally:
            self._look = None

    async def _look_once(self) -> None:
        sessions = [session for session in self.sessions.values() if not session.ended]
        wants = [session.want() for session in sessions]
        try:
            seen = await work.read(look, self.encounter_id, self._seen, wants)
        except (DatabaseError, JournalUnavailable) as error:
            log.warning("could not read encounter %s: %s", self.encounter_id, type(error).__name__)
            self._rung = True
            await asyncio.sleep(RETRY_SECONDS)
            return
        self._seen = seen.head
        for session, want, found in zip(sessions, wants, seen.found, strict=True):
            session.deliver(want, found, self.weak)


def _same_page_polls_on(session: Session, entered: dict[str, Any]) -> bool:
    """Whether what entered is this connection itself, or its page asking at another process too."""
    if session.connection == entered["connection"]:
        return True
    return session.outlet.polled and entered["polled"] and str(session.instance) == entered["instance"]
