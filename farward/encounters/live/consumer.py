"""The WebSocket of one seat: frames in, frames out, a bounded queue between, and an end to what has gone silent."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from farward.encounters.access.agents import origin_of_scope
from farward.encounters.live import frames, presence, work
from farward.encounters.live.frames import Bye, ByeCode
from farward.encounters.live.origins import is_own_origin, seat_cookie, session_cookie
from farward.encounters.live.presence import SILENCE_SECONDS
from farward.encounters.live.session import Session
from farward.encounters.live.standing import Holder, find_holder

log = logging.getLogger(__name__)

#: A send that waits this long has a peer that does not read.
SLOW_SECONDS = 10.0
#: What may wait for one peer, beside what the server's own buffers hold. The journal itself never waits here.
MAX_QUEUED_BYTES = 512 * 1024
MAX_APPENDS = 8
#: A page opens its socket while its modules are still on their way, which takes a while on a bad network.
HELLO_SECONDS = 20.0
CLOSED_BY_FARWARD = 4000
SERVICE_RESTART = 1012


class LiveConsumer(AsyncConsumer):  # type: ignore[misc] # Channels has no types
    """One socket. It hears doorbells through the hub and not by itself, so it asks for no channel of its own."""

    channel_layer_alias = None
    polled: ClassVar[bool] = False

    def __init__(self) -> None:
        self._holder: Holder | None = None
        self._session: Session | None = None
        self._queue: deque[tuple[str, bytes]] = deque()
        self._queued = 0
        self._held_back = False
        self._sending: asyncio.Task[None] | None = None
        self._appends: deque[frames.Append] = deque()
        self._appending: asyncio.Task[None] | None = None
        self._closing: str | None = None
        self._ended = False
        self._code: int | None = None
        self._heard = 0.0
        self._patience = SILENCE_SECONDS
        self._busy = False
        self._silence: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket to its end. However that comes, the seat is given up."""
        restarting = True
        try:
            await super().__call__(scope, receive, send)
            restarting = self._code == SERVICE_RESTART
        except Exception:
            restarting = False
            raise
        finally:
            self._give_up(restarting=restarting)

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Handle one message. Channels would first tend database connections on a thread; `work` does that itself."""
        handlers = {
            "websocket.connect": self._connect,
            "websocket.receive": self._receive,
            "websocket.disconnect": self._disconnect,
        }
        self._busy = True
        try:
            await handlers[message["type"]](message)
        finally:
            self._busy = False

    async def _connect(self, message: Mapping[str, Any]) -> None:
        headers = self.scope["headers"]
        cookie = seat_cookie(headers)
        if not cookie or not is_own_origin(headers):
            await self.base_send({"type": "websocket.close"})
            return
        seat, origin = self.scope["url_route"]["kwargs"]["seat"], origin_of_scope(self.scope)
        self._holder = await work.read(find_holder, seat, cookie, session_cookie(headers), origin)
        await self.base_send({"type": "websocket.accept"})
        self._heard = asyncio.get_running_loop().time()
        self._patience = HELLO_SECONDS
        self._watch(HELLO_SECONDS)
        if self._holder is None:
            self.end(Bye(ByeCode.GONE))

    async def _receive(self, message: Mapping[str, Any]) -> None:
        self._heard = asyncio.get_running_loop().time()
        if self._ended or self._holder is None:
            return
        try:
            await self._take(self._holder, message.get("text") or "")
        except Bye as reason:
            self.end(reason)
        except ConnectionAbortedError:
            self.end(None)

    async def _take(self, holder: Holder, text: str) -> None:
        frame = frames.decode_frame(text.encode())
        if self._session is None:
            if not isinstance(frame, frames.Hello):
                raise Bye(ByeCode.BAD_FRAME)
            self._session = await presence.begin(holder=holder, hello=frame, outlet=self)
            self._wait_for_next(0)
        elif isinstance(frame, frames.Append):
            await self._queue_append(self._session, frame)
        elif isinstance(frame, frames.Leave):
            await presence.leave(self._session)
            self.end(None)
        else:
            if isinstance(frame, frames.Beat):
                self._wait_for_next(frame.next or 0)
            answer = await self._session.handle(frame)
            if answer is not None:
                self.push("answer", answer)

    async def _queue_append(self, session: Session, frame: frames.Append) -> None:
        # Beside the receiving: a slow disk must not hold up the answer to a beat.
        if len(self._appends) >= MAX_APPENDS and self._appending is not None:
            await asyncio.shield(self._appending)
        self._appends.append(frame)
        if self._appending is None:
            self._appending = asyncio.create_task(self._append_all(session))

    async def _append_all(self, session: Session) -> None:
        try:
            while self._appends:
                answer = await session.handle(self._appends.popleft())
                if answer is not None:
                    self.push("ack", answer)
        except Bye as reason:
            self.end(reason)
        finally:
            self._appending = None

    async def _disconnect(self, message: Mapping[str, Any]) -> None:
        self._code = message.get("code")
        raise StopConsumer

    def _give_up(self, *, restarting: bool) -> None:
        self._ended = True
        if self._silence is not None:
            self._silence.cancel()
        if self._sending is not None:
            self._sending.cancel()
        session = self._session
        if session is not None:
            # The server going down says nothing about the person: the page comes back, or its lease runs out.
            session.replaced = session.replaced or restarting
            silent = asyncio.get_running_loop().time() - self._heard >= self._patience
            presence.part(session, grace=0 if silent else presence.GRACE_SECONDS)

    # The outlet of the session

    def keeps_up(self) -> bool:
        """Whether everything given so far has been taken by the peer. If not, the room looks again once it has."""
        self._held_back = bool(self._queue) or self._sending is not None
        return not self._held_back and not self._ended

    def push(self, what: str, frame: bytes, *, mail: str = "") -> None:
        """Queue a frame. Passing frames for a peer that does not keep up are dropped; it is cut if more piles up."""
        if self._ended:
            return
        if self._queued > MAX_QUEUED_BYTES:
            if not mail:
                self._cut()
            return
        self._queue.append((what, frame))
        self._queued += len(frame)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_queued())

    def end(self, reason: Bye | None) -> None:
        """Send the goodbye after what is queued, then close."""
        if self._ended:
            return
        if reason is not None:
            self.push("bye", frames.bye(reason))
        self._closing = str(reason.code) if reason is not None else ""
        self._ended = True
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_queued())

    def asked_elsewhere(self, mail: list[str]) -> None:
        """A socket is at one process only."""

    async def _send_queued(self) -> None:
        try:
            while self._queue:
                frame = self._queue.popleft()[1]
                self._queued -= len(frame)
                async with asyncio.timeout(SLOW_SECONDS):
                    await self.base_send({"type": "websocket.send", "text": frame.decode()})
            if self._closing is not None:
                close = {"type": "websocket.close", "code": CLOSED_BY_FARWARD, "reason": self._closing}
                async with asyncio.timeout(SLOW_SECONDS):
                    await self.base_send(close)
        except TimeoutError:
            self._cut()
        except (OSError, RuntimeError):
            log.debug("a socket closed while it was written to")
        finally:
            self._sending = None
            if self._held_back and self._session is not None and self._session.room is not None:
                self._held_back = False
                self._session.room.ring()

    # Ends

    def _watch(self, seconds: float) -> None:
        self._silence = asyncio.get_running_loop().call_later(seconds, self._look_for_silence)

    def _wait_for_next(self, seconds: int) -> None:
        """While voices flow a page says rarely that it is there; how rarely, it says itself."""
        patience = SILENCE_SECONDS + seconds
        if patience != self._patience and self._silence is not None:
            self._patience = patience
            self._silence.cancel()
            self._watch(patience)

    def _look_for_silence(self) -> None:
        idle = asyncio.get_running_loop().time() - self._heard
        if self._busy:
            self._watch(self._patience)
        elif idle < self._patience:
            self._watch(self._patience - idle)
        else:
            self._cut()

    def _cut(self) -> None:
        """End at once, without waiting for a peer that does not read."""
        self._ended = True
        self._queue.clear()
        # ASGI has no word for this: its close waits for the buffer that nobody empties.
        transport = getattr(getattr(self.base_send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
