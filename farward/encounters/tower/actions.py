"""Going from one room to another, and sending a line into one."""

from __future__ import annotations

from farward.encounters.actions.presence import leave_seat
from farward.encounters.doors import write_entry
from farward.encounters.entries import CARE, EVERYONE, Message, StanceChange, Whisper
from farward.encounters.errors import NotAllowed
from farward.encounters.models import Presence, Seat, SeatRole, Stance, Status
from farward.journal.types import Refused
from farward.media.wiring import CONVERSATION, WHISPER


def leave_other_rooms(*, seat: Seat) -> list[Seat]:
    """Take the account of this seat out of every other room it is in as preceptor. Returns the seats it left.

    Each is left in one defined state, which the journal shows: not listening, not whispering, hand down, `left`.
    """
    others = Seat.objects.select_related("encounter").filter(
        user=seat.user,
        role=SeatRole.PRECEPTOR,
        presence__in=[Presence.JOINED, Presence.LOST],
        encounter__status=Status.LIVE,
        removed_at=None,
    )
    left = list(others.exclude(pk=seat.pk))
    for other in left:
        if other.stance != Stance.AWAY or other.whispering:
            write_entry(seat=other, kind="stance", audience=EVERYONE, payload=StanceChange(stance="away"))
        if other.instance is not None:
            leave_seat(seat_id=other.pk, instance=other.instance)
    return left


def come_in(*, seat: Seat, how: str) -> None:
    """Take the stance one comes with: `listening`, `whisper` or `in`. What the phase does not allow is left undone.

    Stances belong to check-in and interview: one who steps into a hallway has not chosen to be in the next interview.
    """
    if seat.encounter.phase in CONVERSATION:
        stance = StanceChange(stance="in" if how == "in" else "listening")
        write_entry(seat=seat, kind="stance", audience=EVERYONE, payload=stance)
    wants = how == "whisper" and seat.encounter.phase in WHISPER
    if seat.whispering != wants:
        try:
            write_entry(seat=seat, kind="whisper", audience=CARE, payload=Whisper(on=wants))
        except Refused as refusal:
            # The phase moved on meanwhile: one comes in listening, and the room offers what fits.
            if refusal.code != "not_from_here":
                raise


def send_line(*, seat: Seat, text: str) -> None:
    """Send a line to the learner alone. Raises Refused; NotAllowed where no learner is seated."""
    learners = Seat.objects.filter(encounter=seat.encounter_id, role=SeatRole.LEARNER, removed_at=None)
    found = list(learners.values_list("pk", flat=True))
    if not found:
        raise NotAllowed("unknown_seat", "")
    for learner in found:
        write_entry(seat=seat, kind="message", audience=f"seat:{learner}", payload=Message(text=text))
