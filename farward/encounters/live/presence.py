"""Coming and going as connections see it: joining with `hello`, leaving, going silent, and the lease between them."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.access.channels import record_room
from farward.encounters.actions.presence import join_seat, leave_seat, lose_seat, sweep_lost, sweep_stale, touch_seats
from farward.encounters.live import frames, work
from farward.encounters.live.frames import Bye, ByeCode
from farward.encounters.live.hub import Hub, the_hub
from farward.encounters.live.limits import allowance_of
from farward.encounters.live.session import Outlet, Session
from farward.encounters.live.standing import Holder, still_current, why_gone
from farward.journal import queries as journal
from farward.journal.errors import JournalUnavailable
from farward.people.signed_in import still_signed_in

log = logging.getLogger(__name__)

#: A socket without a word for this long is half-open.
SILENCE_SECONDS = 5.0
#: A closed socket may come straight back, as after a change of network; only then is the seat lost.
GRACE_SECONDS = 1.0
LEASE_SECONDS = 10.0
#: How long a page may stay whose account was closed or signed out elsewhere. Five seconds are promised.
ACCOUNT_SECONDS = 3.0
#: Three leases missed: the process that held the seat was killed.
STALE_AFTER = timedelta(seconds=35)
#: Outages of up to ten minutes heal by themselves. Who is away for longer than this has left.
GONE_AFTER = timedelta(minutes=15)

_parting: set[asyncio.Task[None]] = set()


async def begin(*, holder: Holder, hello: frames.Hello, outlet: Outlet) -> Session:
    """Join the seat and enter its room. Raises Bye."""
    if hello.v != frames.VERSION:
        raise Bye(ByeCode.BAD_FRAME)
    if not allowance_of(holder.seat_id).frames.take():
        raise Bye(ByeCode.BAD_FRAME, _("This page sends too much at once. Reload the page."))
    try:
        outcome = await work.write(
            join_seat, seat_id=holder.seat_id, device_id=holder.device_id, instance=hello.instance
        )
        if outcome.ok:
            await work.write(record_room, holder.seat_id, holder.origin)
        head = await work.read(journal.head, holder.encounter_id)
    except (DatabaseError, JournalUnavailable):
        # Closing without a reason makes the device try again.
        raise ConnectionAbortedError from None
    if not outcome.ok:
        raise Bye(ByeCode(outcome.bye), outcome.message)
    session = Session(holder=holder, instance=hello.instance, after=min(hello.after, head), outlet=outlet)
    outlet.push("welcome", frames.welcome(now=timezone.now(), seq=head))
    room = await the_hub().enter(session)
    message = {
        "type": "entered",
        "seat": str(session.seat_id),
        "instance": str(session.instance),
        "connection": session.connection,
        "polled": outlet.polled,
    }
    await room.tell_all(message)
    return session


async def leave(session: Session) -> None:
    """The person left on purpose."""
    session.replaced = True
    await the_hub().leave(session)
    await work.write(leave_seat, seat_id=session.seat_id, instance=session.instance)


def part(session: Session, *, grace: float) -> None:
    """The connection ended without a goodbye: the seat is lost unless the page comes back within the grace."""
    task = asyncio.create_task(_part(the_hub(), session, grace))
    _parting.add(task)
    task.add_done_callback(_parting.discard)


async def _part(hub: Hub, session: Session, grace: float) -> None:
    session.ended = True
    await hub.leave(session)
    if session.replaced:
        return
    await asyncio.sleep(grace)
    if session.replaced or hub.find(session.encounter_id, session.seat_id) is not None:
        return
    try:
        await work.write(lose_seat, seat_id=session.seat_id, instance=session.instance)
    except (DatabaseError, JournalUnavailable) as error:
        # The lease runs out instead.
        log.warning("could not mark a seat as lost: %s", type(error).__name__)


async def keep_leases(hub: Hub) -> None:
    """Renew the leases of all seats connected here; mark as lost whose process is gone, as left the long lost."""
    seats = [session.seat_id for session in hub.sessions() if not session.ended]
    now = timezone.now()
    if seats:
        await work.write(touch_seats, seats, now)
    await work.write(sweep_stale, now - STALE_AFTER)
    await work.write(sweep_lost, now - GONE_AFTER)
    for session in hub.sessions():
        if session.quality != "good":
            # A process that came later has not heard of it.
            await session.announce_quality()


async def end_the_ended(hub: Hub) -> None:
    """Cut off pages whose device, account or session ended where no entry said so, or the doorbell was lost."""
    sessions = [session for session in hub.sessions() if not session.ended]
    if not sessions:
        return
    current = await work.read(still_current, [session.device_id for session in sessions])
    signed_in = await work.read(still_signed_in, [session.login for session in sessions if session.login])
    for session in sessions:
        if session.device_id not in current or (session.login and session.login not in signed_in):
            gone = await work.read(why_gone, session.seat_id, session.device_id, session.instance)
            session.end(Bye(gone or ByeCode.REVOKED))
