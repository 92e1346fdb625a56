"""The same frames over plain HTTP, for networks that let no WebSocket through.

`POST` hands frames in and returns the answers; `GET` waits up to 25 seconds for news. Between two requests what is no
record waits in a mailbox; the journal waits in the journal. Each process that has seen the page keeps a mailbox, and
tells the others what it has delivered, so that any process may answer any request.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from farward.encounters.access.agents import origin_of_scope
from farward.encounters.live import frames, presence, work
from farward.encounters.live.frames import Bye, ByeCode, Hello
from farward.encounters.live.hub import the_hub
from farward.encounters.live.mailbox import Mailbox
from farward.encounters.live.origins import Headers, header, is_own_host, is_own_origin, seat_cookie, session_cookie
from farward.encounters.live.session import Session
from farward.encounters.live.standing import Holder, find_holder

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

MAX_WAIT_SECONDS = 25.0
MAX_BODY_BYTES = 2 * frames.MAX_FRAME_BYTES
GZIP_FROM_BYTES = 800


class Rejected(Exception):
    """The request is answered with a bare status: it did not come from one of our pages, or makes no sense."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def exchange_frames(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application of `/s/<seat>/frames`, beside Django, whose middleware would hold a thread for each wait."""
    try:
        found = await _answer(scope, receive)
    except Rejected as rejected:
        await _respond(scope, send, rejected.status, b"")
    except ConnectionAbortedError:
        await _respond(scope, send, 503, b"")
    else:
        await _respond(scope, send, 200, b'{"frames":[' + b",".join(found) + b"]}")


async def _answer(scope: Mapping[str, Any], receive: Receive) -> Sequence[bytes]:
    headers: Headers = scope["headers"]
    if not is_own_host(headers):
        raise Rejected(400)
    cookie = seat_cookie(headers)
    if not cookie:
        raise Rejected(403)
    method = scope["method"]
    if method not in {"GET", "POST"}:
        raise Rejected(405)
    # A custom header cannot be sent across origins without asking first, and this endpoint never says yes.
    if method == "POST" and not (header(headers, b"x-farward") == "1" and is_own_origin(headers)):
        raise Rejected(403)
    body = await _read_body(receive) if method == "POST" else b""
    seat, origin = scope["url_route"]["kwargs"]["seat"], origin_of_scope(scope)
    holder = await work.read(find_holder, seat, cookie, session_cookie(headers), origin)
    try:
        if holder is None:
            raise Bye(ByeCode.GONE)
        if method == "POST":
            return await _post(holder, body)
        return await _get(holder, parse_qs(scope["query_string"].decode("latin-1")), receive)
    except Bye as reason:
        return [frames.bye(reason)]


async def _get(holder: Holder, query: Mapping[str, list[str]], receive: Receive) -> Sequence[bytes]:
    try:
        instance, after = UUID(query["instance"][0]), int(query["after"][0])
        wait = min(float(query.get("wait", ["25"])[0]), MAX_WAIT_SECONDS)
    except (KeyError, ValueError):
        raise Rejected(400) from None
    session, mailbox = await _resume(holder, instance, max(0, after))
    mailbox.drop("entries")
    session.rewind(max(0, after))
    gone = asyncio.create_task(_disconnected(receive, mailbox))
    try:
        return await mailbox.collect(max(0.0, wait), gone)
    finally:
        gone.cancel()


async def _post(holder: Holder, body: bytes) -> Sequence[bytes]:
    posted = frames.decode_post(body)
    answers: list[bytes] = []
    entered: Mailbox | None = None
    session: Session | None = None
    try:
        for raw in posted.frames:
            frame = frames.decode_frame(raw)
            if isinstance(frame, Hello):
                if frame.instance != posted.instance:
                    raise Bye(ByeCode.BAD_FRAME)
                session, entered = await _enter(holder, frame)
                continue
            session = session or (await _resume(holder, posted.instance, 0))[0]
            if isinstance(frame, frames.Leave):
                await presence.leave(session)
                session.end(None)
                return answers
            answer = await session.handle(frame)
            if answer is not None:
                answers.append(answer)
    except Bye as reason:
        if session is not None:
            session.end(None)
        return [*answers, frames.bye(reason)]
    if entered is not None:
        answers = [*await entered.collect(0, None), *answers]
    return answers


async def _resume(holder: Holder, instance: UUID, after: int) -> tuple[Session, Mailbox]:
    """The session of this page; made anew where this process has not seen the page, or had given it up."""
    session = the_hub().find(holder.encounter_id, holder.seat_id)
    if session is not None and session.instance == instance and isinstance(session.outlet, Mailbox):
        return session, session.outlet
    if holder.instance != instance:
        raise Bye(ByeCode.GONE if holder.instance is None else ByeCode.TAKEN_OVER)
    return await _enter(holder, Hello(v=frames.VERSION, instance=instance, after=after))


async def _enter(holder: Holder, hello: Hello) -> tuple[Session, Mailbox]:
    mailbox = Mailbox()
    session = await presence.begin(holder=holder, hello=hello, outlet=mailbox)
    mailbox.session = session
    return session, mailbox


async def _disconnected(receive: Receive, mailbox: Mailbox) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    mailbox.wake()


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Rejected(400)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY_BYTES:
            raise Rejected(413)
        more = message.get("more_body", False)
    return b"".join(parts)


async def _respond(scope: Mapping[str, Any], send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"accept-encoding"),
    ]
    if len(body) >= GZIP_FROM_BYTES and "gzip" in header(scope["headers"], b"accept-encoding"):
        body = gzip.compress(body, compresslevel=5)
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
