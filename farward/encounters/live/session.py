"""One page's hold on a seat, whatever carries its frames: what it has read, what it may signal, what it is sent."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.utils.translation import gettext as _

from farward.encounters.actions.entries import DeviceEnded, append_from_seat
from farward.encounters.live import frames, signalling, work
from farward.encounters.live.frames import Bye, ByeCode
from farward.encounters.live.limits import allowance_of
from farward.encounters.live.reading import Found, Want
from farward.encounters.live.signalling import PeerWire
from farward.encounters.live.standing import Holder, why_gone
from farward.journal.errors import JournalUnavailable
from farward.journal.types import Page, ReadEntry

if TYPE_CHECKING:
    from farward.encounters.live.room import Room

log = logging.getLogger(__name__)

ENTRIES_PER_TOKEN = 32


class Outlet(Protocol):
    """What carries frames to the device. `polled`: it asks for them, maybe at several processes."""

    polled: ClassVar[bool]

    def keeps_up(self) -> bool:
        """Whether more of the journal may be read for the device now. If not, it rings its room once it may."""

    def push(self, what: str, frame: bytes, *, mail: str = "") -> None:
        """Send a frame. `what` is its `t`; `mail` names a passing frame that other processes may hold too."""

    def end(self, reason: Bye | None) -> None:
        """Say goodbye, if there is a reason to, and close."""

    def asked_elsewhere(self, mail: list[str]) -> None:
        """The page has asked another process, which gave it these passing frames."""


class Session:
    """A page that said hello."""

    __slots__ = (
        "_allowance",
        "_cursor",
        "_peers",
        "_shown",
        "_told",
        "_waits_for_more",
        "circle",
        "connection",
        "device_id",
        "encounter_id",
        "ended",
        "instance",
        "login",
        "outlet",
        "quality",
        "reader",
        "replaced",
        "room",
        "seat_id",
        "stale",
    )

    def __init__(self, *, holder: Holder, instance: UUID, after: int, outlet: Outlet) -> None:
        self.seat_id = holder.seat_id
        self.encounter_id = holder.encounter_id
        self.device_id = holder.device_id
        self.login = holder.login
        self.reader = holder.reader
        self.instance = instance
        self.outlet = outlet
        self.room: Room | None = None
        #: Names this connection among those of the same page.
        self.connection = uuid4().hex
        self.stale = True
        self.ended = False
        #: Another connection has the seat now: its presence is no longer this one's to end.
        self.replaced = False
        self.quality: frames.Quality = "good"
        self.circle: tuple[str, ...] = ()
        self._peers: dict[str, PeerWire] = {}
        self._shown: dict[str, bytes] = {}
        self._cursor = self._told = after
        self._waits_for_more = False
        self._allowance = allowance_of(holder.seat_id)

    # What the device sends

    async def handle(self, frame: frames.Incoming) -> bytes | None:
        """Carry out one frame and return the answer, if it has one. Raises Bye."""
        if not self._allowance.frames.take(_cost(frame)):
            raise Bye(ByeCode.BAD_FRAME, _("This page sends too much at once. Reload the page."))
        match frame:
            case frames.Beat():
                await self._note_quality(frame.q)
                return frames.BEAT
            case frames.Append():
                return await self._append(frame)
            case frames.Signal():
                return await self._signal(frame)
            case frames.State():
                await self._pass_state(frame)
            case frames.More():
                self.rewind(frame.after)
            case frames.Hello() | frames.Leave():
                raise Bye(ByeCode.BAD_FRAME, _("This page said hello twice. Reload the page."))
        return None

    def rewind(self, after: int) -> None:
        """The device has everything up to `after` and asks for the rest."""
        self._cursor = self._told = after
        self._waits_for_more = False
        if self.room is not None:
            self.room.ring()

    async def _append(self, frame: frames.Append) -> bytes:
        if not self._allowance.written.take(sum(len(memoryview(entry)) for entry in frame.entries)):
            message = _("This device has written very much. The rest stays on it and is sent little by little.")
            return frames.refused("append", "slow_down", message, n=frame.n)
        try:
            result = await work.write(
                append_from_seat, seat_id=self.seat_id, items=frame.entries, device_id=self.device_id
            )
        except DeviceEnded:
            gone = await work.read(why_gone, self.seat_id, self.device_id, self.instance)
            raise Bye(gone or ByeCode.REVOKED) from None
        except (DatabaseError, JournalUnavailable, OSError) as error:
            log.error("an append could not be written: %s", type(error).__name__)
            message = _("The server cannot save at the moment. What you wrote stays on this device and is sent again.")
            return frames.refused("append", "unavailable", message, n=frame.n)
        return frames.ack(n=frame.n, result=result)

    async def _signal(self, frame: frames.Signal) -> bytes | None:
        if len(memoryview(frame.data)) > signalling.MAX_SIGNAL_BYTES:
            raise Bye(ByeCode.BAD_FRAME, _("That signal is larger than 64 KiB."))
        data = frames.decode_signal(frame.data)
        room = self._room()
        # The wiring may have changed a moment ago: a path that was just cut must not be rebuilt.
        await room.catch_up()
        to = str(frame.to)
        wire = self._peers.get(to)
        if wire is None or wire.link != frame.link:
            return frames.refused("signal", "not_wired", _("You are not connected to this person now."), to=to)
        if signalling.exceeds(data, wire.send, wire.recv):
            return frames.refused("signal", "too_much_media", _("You may not send that sound or picture now."), to=to)
        signal = frames.relayed_signal(sender=str(self.seat_id), link=frame.link, data=frame.data)
        await room.pass_on([to], signal, what="signal", link=frame.link)
        return None

    async def _pass_state(self, frame: frames.State) -> None:
        if self._allowance.states.take() and self.circle:
            state = frames.relayed_state(sender=str(self.seat_id), data=frame.data)
            await self._room().pass_on(self.circle, state, what="state")

    async def _note_quality(self, quality: frames.Quality) -> None:
        changes = (self.quality == "good") != (quality == "good")
        if changes and not self._allowance.qualities.take():
            # The next beat says it again.
            return
        self.quality = quality
        if changes:
            await self.announce_quality()

    async def announce_quality(self) -> None:
        """Tell every process how this seat's connection is."""
        message = {"type": "quality", "seat": str(self.seat_id), "weak": self.quality != "good"}
        await self._room().tell_all(message)

    def _room(self) -> Room:
        if self.room is None:
            raise Bye(ByeCode.GONE)
        return self.room

    # What the device is sent

    def want(self) -> Want:
        """What to read for this connection at the next look."""
        reads = self.outlet.keeps_up() and not self._waits_for_more
        return Want(
            seat_id=self.seat_id,
            device_id=self.device_id,
            instance=self.instance,
            reader=self.reader,
            after=self._cursor if reads else None,
            state=self.stale,
        )

    def deliver(self, want: Want, found: Found, weak: set[str]) -> None:
        """Send what a look found for what was wanted, as far as it is news to the device."""
        if self.ended:
            return
        if found.gone is not None:
            self.end(Bye(found.gone))
            return
        if found.room is not None and found.wiring is not None:
            self.stale = False
            self.reader = found.reader or self.reader
            self.circle = self._audience_of_states(found.room["circle"])
            self._show("room", _with_weak(found.room, weak))
            self._peers = signalling.wires_of(found.wiring)
            self._show("wiring", found.wiring)
        # While the look was on its way the device may have asked from another place: the page would leave a gap.
        if found.page is not None and want.after == self._cursor:
            self._send_page(found.page)

    def take_passing(self, message: Mapping[str, Any]) -> None:
        """Send a frame that is no record, unless it belongs to a pair of pages that is gone."""
        if self.ended:
            return
        if message["link"] and all(wire.link != message["link"] for wire in self._peers.values()):
            return
        self.outlet.push(message["what"], message["frame"], mail=message["mail"])

    def replace_by(self, instance: UUID) -> None:
        """Another connection has the seat: the same page come back, or another page."""
        self.replaced = True
        self.end(None if instance == self.instance else Bye(ByeCode.TAKEN_OVER))

    def end(self, reason: Bye | None) -> None:
        """End this connection."""
        if not self.ended:
            self.ended = True
            self.outlet.end(reason)

    def _audience_of_states(self, circle: Mapping[str, Any] | None) -> tuple[str, ...]:
        if circle is None:
            return ()
        me = str(self.seat_id)
        members, listeners = ([str(seat) for seat in circle[part]] for part in ("members", "listeners"))
        # Who only listens is not announced by a typing dot to those it listens to.
        return tuple(seat for seat in (*members, *listeners) if seat != me) if me in members else ()

    def _show(self, what: str, state: Mapping[str, Any]) -> None:
        frame = frames.encode(state)
        digest = hashlib.blake2b(frame, digest_size=16).digest()
        if self._shown.get(what) != digest:
            self._shown[what] = digest
            self.outlet.push(what, frame)

    def _send_page(self, page: Page) -> None:
        kept: list[ReadEntry] = []
        size = 0
        for entry in page.entries:
            size += len(memoryview(entry.payload))
            if kept and size > frames.MAX_FRAME_BYTES // 2:
                page = Page(kept, kept[-1].seq, more=True)
                break
            kept.append(entry)
        self._cursor = page.cursor
        self._waits_for_more = page.more
        if kept or page.more:
            self.outlet.push("entries", frames.entries(after=self._told, page=kept, cursor=page.cursor, more=page.more))
            self._told = page.cursor


def _cost(frame: frames.Incoming) -> int:
    """How much of the allowance a frame takes: judging an entry is work, whatever becomes of it."""
    return 1 + len(frame.entries) // ENTRIES_PER_TOKEN if isinstance(frame, frames.Append) else 1


def _with_weak(state: Mapping[str, Any], weak: set[str]) -> Mapping[str, Any]:
    """The `room` frame with the seats marked whose connection is weak: that is shown and not stored."""
    if not weak:
        return state
    seats = [
        {**seat, "presence": "weak"} if seat["presence"] == "joined" and str(seat["seat"]) in weak else seat
        for seat in state["seats"]
    ]
    return {**state, "seats": seats}
