"""The mailbox of a page that polls: what waits for its next request, and the lease that ends when it stops asking."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import ClassVar
from uuid import uuid4

from farward.encounters.live import frames, presence
from farward.encounters.live.frames import Bye
from farward.encounters.live.session import Session

LEASE_SECONDS = 30.0
MAX_MAIL = 300
#: Frames of which only the newest counts, in the order in which they are handed out.
LATEST = ("welcome", "room", "wiring", "entries")


class Mailbox:
    """The outlet of a page that asks: frames wait here for the next request."""

    polled: ClassVar[bool] = True

    def __init__(self) -> None:
        self.session: Session | None = None
        #: State frames by kind: only the newest counts.
        self._latest: dict[str, bytes] = {}
        self._mail: OrderedDict[str, bytes] = OrderedDict()
        self._news = asyncio.Event()
        self._listening = 0
        self._turn = 0
        self._ended = False
        self._lease: asyncio.TimerHandle | None = None

    def keeps_up(self) -> bool:
        """Whether a request is waiting: only then is the journal read."""
        return self._listening > 0 and "entries" not in self._latest

    def push(self, what: str, frame: bytes, *, mail: str = "") -> None:
        """Keep a frame for the request that waits or the next one."""
        if what not in {*LATEST, "bye"}:
            self._mail[mail or uuid4().hex] = frame
            if len(self._mail) > MAX_MAIL:
                self._mail.popitem(last=False)
        else:
            self._latest[what] = frame
        self._news.set()

    def end(self, reason: Bye | None) -> None:
        """Leave the goodbye for the request that waits, and expire."""
        if not self._ended:
            self._ended = True
            if reason is not None:
                self.push("bye", frames.bye(reason))
            self._news.set()
            self._expire()

    def asked_elsewhere(self, mail: list[str]) -> None:
        """The page has asked another process: it is still there, and has got these."""
        for each in mail:
            self._mail.pop(each, None)
        self._renew_lease()

    def drop(self, what: str) -> None:
        """Forget a frame that no longer fits what the device has."""
        self._latest.pop(what, None)

    def wake(self) -> None:
        """End a wait: its request has gone."""
        self._news.set()

    async def collect(self, wait: float, gone: asyncio.Task[None] | None) -> list[bytes]:
        """What there is, or what comes within `wait` seconds. A later request of the page ends this one's waiting.

        `gone` is done once nobody waits for the answer any more: then everything stays for the next request.
        """
        self._turn += 1
        turn = self._turn
        self._news.set()
        self._listening += 1
        self._renew_lease()
        try:
            await self._look()
            await self._wait_for_news(wait, turn, gone)
            return await self._empty() if turn == self._turn and not _done(gone) else []
        finally:
            self._listening -= 1
            self._renew_lease()

    async def _wait_for_news(self, wait: float, turn: int, gone: asyncio.Task[None] | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while not (self._latest or self._mail or self._ended or _done(gone)) and turn == self._turn:
                    self._news.clear()
                    await self._news.wait()

    async def _look(self) -> None:
        if self.session is not None and self.session.room is not None and not self._ended:
            await self.session.room.catch_up()

    async def _empty(self) -> list[bytes]:
        taken = [self._latest.pop(what) for what in LATEST if what in self._latest]
        mail = list(self._mail)
        taken += self._mail.values()
        self._mail.clear()
        if "bye" in self._latest:
            taken.append(self._latest.pop("bye"))
        session = self.session
        if session is not None and session.room is not None and not self._ended:
            await session.room.tell_all({"type": "mailed", "seat": str(session.seat_id), "mail": mail})
        return taken

    def _renew_lease(self) -> None:
        if self._lease is not None:
            self._lease.cancel()
        if not self._ended and self._listening == 0:
            self._lease = asyncio.get_running_loop().call_later(LEASE_SECONDS, self._expire)

    def _expire(self) -> None:
        if self._lease is not None:
            self._lease.cancel()
        if self.session is not None:
            self._ended = True
            presence.part(self.session, grace=0)


def _done(gone: asyncio.Task[None] | None) -> bool:
    return gone is not None and gone.done()
