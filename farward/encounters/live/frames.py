"""Every frame of the live channel, both ways: JSON objects told apart by `t`, described in docs/live-channel.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from msgspec import Meta, Raw

from farward.journal.intake import DECODE_ERRORS
from farward.journal.types import Accepted, AppendResult, ReadEntry, Refusal

VERSION = 1
#: No frame from a device may be larger, and no page of entries is made larger unless a single entry is.
MAX_FRAME_BYTES = 1024 * 1024
#: More than a batch, so that too large a one is refused entry by entry; each refusal costs more than its entry.
MAX_APPEND_ENTRIES = 1024
#: Nobody may be taken for present much longer than this without a word.
MAX_BEAT_SECONDS = 20

Seq = Annotated[int, Meta(ge=0)]
Quality = Literal["good", "weak", "bad"]
Link = Annotated[str, Meta(max_length=64)]


class ByeCode(StrEnum):
    """Why the server ends a connection."""

    TAKEN_OVER = "taken_over"
    REMOVED = "removed"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    BAD_FRAME = "bad_frame"
    GONE = "gone"
    EARLY = "early"
    HELD = "held"


class Bye(Exception):
    """Ends a connection. The device gets the code and a sentence, then the socket closes."""

    def __init__(self, code: ByeCode, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or farewell(code)


class _In(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="t"):
    pass


class Hello(_In, frozen=True, tag="hello"):
    """The first frame: who this page is and what it has already read."""

    v: int
    instance: UUID
    after: Seq


class Append(_In, frozen=True, tag="append"):
    """Entries for the journal. `n` comes back in the `ack`."""

    n: Seq
    entries: Annotated[list[Raw], Meta(max_length=MAX_APPEND_ENTRIES)]


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An RTCSessionDescription."""

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: str = ""


class SignalData(msgspec.Struct, frozen=True):
    """What two browsers say to each other to connect, as far as the server must read it."""

    pc: Annotated[str, Meta(max_length=64)] | None = None
    description: Description | None = None
    candidate: dict[str, Any] | None = None


class Signal(_In, frozen=True, tag="signal"):
    """Signalling for one wired peer."""

    to: UUID
    link: Link
    data: Raw


class StateData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Passing facts about a seat that are no record: they are relayed and forgotten."""

    mic: bool | None = None
    cam: bool | None = None
    screen: bool | None = None
    typing: bool | None = None
    level: Annotated[float, Meta(ge=0, le=1)] | None = None


class State(_In, frozen=True, tag="state"):
    """Passing facts for those who share the sender's circle."""

    data: StateData


class Beat(_In, frozen=True, tag="beat"):
    """Still here, how good the connection is, and in how many seconds the next sign of life comes, if not soon."""

    q: Quality = "good"
    next: Annotated[int, Meta(ge=1, le=MAX_BEAT_SECONDS)] | None = None


class Leave(_In, frozen=True, tag="leave"):
    """The person leaves on purpose."""


class More(_In, frozen=True, tag="more"):
    """The next page after `after`."""

    after: Seq


Incoming = Hello | Append | Signal | State | Beat | Leave | More

_incoming: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)
_signal_data = msgspec.json.Decoder(SignalData)
_encoder = msgspec.json.Encoder()


class PostBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device without a WebSocket posts."""

    instance: UUID
    frames: Annotated[list[Raw], Meta(max_length=64)]


_post_body = msgspec.json.Decoder(PostBody)


def decode_frame(data: str | bytes | Raw) -> Incoming:
    """Read one frame from a device. Raises Bye with `bad_frame` and what is wrong with it."""
    if len(memoryview(data) if isinstance(data, Raw) else data) > MAX_FRAME_BYTES:
        raise Bye(ByeCode.BAD_FRAME, _("That frame is larger than 1 MiB. Send fewer entries at a time."))
    try:
        return _incoming.decode(data)
    except DECODE_ERRORS as error:
        raise Bye(ByeCode.BAD_FRAME, str(error)) from None


def decode_post(body: bytes) -> PostBody:
    """Read a posted batch of frames. Raises Bye with `bad_frame`."""
    try:
        # What is passed on unread must be text too: a socket carries nothing else, and brings it as text already.
        return _post_body.decode(body.decode())
    except DECODE_ERRORS as error:
        raise Bye(ByeCode.BAD_FRAME, str(error)) from None


def decode_signal(data: Raw) -> SignalData:
    """Read what the server must know of a signal. Raises Bye with `bad_frame`."""
    try:
        return _signal_data.decode(data)
    except DECODE_ERRORS as error:
        raise Bye(ByeCode.BAD_FRAME, str(error)) from None


def farewell(code: ByeCode) -> str:
    """One sentence that tells the person why the connection ended and what to do."""
    sentences = {
        ByeCode.TAKEN_OVER: _("This visit is now open on another device or in another window."),
        ByeCode.REMOVED: _("You were taken out of this visit."),
        ByeCode.REVOKED: _("This device may no longer open this visit. Ask for a new link."),
        ByeCode.CANCELLED: _("This visit was cancelled."),
        ByeCode.BAD_FRAME: _("This page sent something the server does not understand. Reload the page."),
        ByeCode.GONE: _("This device holds no place in this visit. Open your link again."),
        ByeCode.EARLY: _("The room is not open yet."),
        ByeCode.HELD: _("This visit is open on another device of yours. Continue here first."),
    }
    return sentences[code]


def encode(frame: Mapping[str, Any]) -> bytes:
    """One frame as JSON."""
    return _encoder.encode(frame)


def welcome(*, now: datetime, seq: int) -> bytes:
    """The answer to `hello`: the server's clock and the journal's head."""
    return encode({"t": "welcome", "v": VERSION, "now": now, "seq": seq})


def entries(*, after: int, page: Sequence[ReadEntry], cursor: int, more: bool) -> bytes:
    """A page of the journal for one reader: everything it may read in `after` < seq ≤ `cursor`."""
    return encode({"t": "entries", "after": after, "entries": page, "cursor": cursor, "more": more})


def ack(*, n: int, result: AppendResult) -> bytes:
    """What became of each entry of an `append`."""
    accepted: Sequence[Accepted] = result.accepted
    refused: Sequence[Refusal] = result.refused
    return encode({"t": "ack", "n": n, "accepted": [(each.id, each.seq) for each in accepted], "refused": refused})


def relayed_signal(*, sender: str, link: str, data: Raw) -> bytes:
    """A signal as its receiver gets it."""
    return encode({"t": "signal", "from": sender, "link": link, "data": data})


def relayed_state(*, sender: str, data: StateData) -> bytes:
    """Passing facts as the others get them."""
    return encode({"t": "state", "from": sender, "data": data})


def refused(what: str, code: str, message: str, **details: object) -> bytes:
    """A frame was understood and not carried out; the connection goes on."""
    return encode({"t": "refused", "what": what, "code": code, "message": message, **details})


def bye(reason: Bye) -> bytes:
    """The last frame of a connection."""
    return encode({"t": "bye", "code": reason.code, "message": reason.message})


BEAT = encode({"t": "beat"})
