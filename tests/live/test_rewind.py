"""A page that asks from an earlier place while the server is reading for it gets everything from that place on."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

import msgspec

from farward.encounters.live.frames import Bye
from farward.encounters.live.reading import Found
from farward.encounters.live.session import Session
from farward.encounters.live.standing import Holder
from farward.journal.types import Page, Reader


class Kept:
    """Keeps what a session sends."""

    polled: ClassVar[bool] = False

    def __init__(self) -> None:
        self.frames: list[dict[str, object]] = []

    def keeps_up(self) -> bool:
        return True

    def push(self, what: str, frame: bytes, *, mail: str = "") -> None:
        self.frames.append(msgspec.json.decode(frame))

    def end(self, reason: Bye | None) -> None:
        raise AssertionError(reason)

    def asked_elsewhere(self, mail: list[str]) -> None:
        raise AssertionError(mail)


def make_session(outlet: Kept, after: int) -> Session:
    seat = UUID(int=1)
    reader = Reader(author=f"seat:{seat}", audiences=frozenset({"room"}))
    holder = Holder(seat, UUID(int=2), UUID(int=3), reader, None)
    return Session(holder=holder, instance=uuid4(), after=after, outlet=outlet)


def test_a_page_read_from_another_place_is_not_sent_as_if_it_began_where_the_device_asks() -> None:
    outlet = Kept()
    session = make_session(outlet, after=50)
    want = session.want()
    session.rewind(20)
    session.deliver(want, Found(page=Page([], 60, more=True)), set())
    assert outlet.frames == []
    session.deliver(session.want(), Found(page=Page([], 60, more=True)), set())
    assert [(each["after"], each["cursor"]) for each in outlet.frames] == [(20, 60)]
