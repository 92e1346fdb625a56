"""The help desk: live encounters as pseudonyms, calls for help from them, and answers. Nothing of what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.actions.entries import record_system
from farward.encounters.entries import EVERYONE, HelpAnswer
from farward.encounters.models import Encounter, Presence, SeatRole, Status
from farward.encounters.pseudonyms import pseudonym
from farward.encounters.queries import worst_link
from farward.journal.queries import decode, read_entries
from farward.journal.types import ReadEntry
from farward.people.models import Role, User
from farward.people.rules import can_answer_help, is_administrator

OPEN, ANSWERED = "open", "answered"


class HelpRefused(Exception):
    """An answer was not given; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """The newest call for help from one encounter that is not solved yet."""

    encounter: UUID
    role: str
    called_at: datetime
    state: str

    @property
    def minutes(self) -> int:
        return int((timezone.now() - self.called_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Room:
    """One live encounter as the desk sees it."""

    encounter: Encounter
    name: str
    weakest: str
    here: int
    call: Call | None

    @property
    def minutes(self) -> int:
        since = self.encounter.phase_since or self.encounter.starts_at
        return max(0, int((timezone.now() - since).total_seconds() // 60))


def live_encounters(user: User) -> QuerySet[Encounter]:
    """The encounters going on at the sites this account supports."""
    live = Encounter.objects.filter(status=Status.LIVE).select_related("site")
    if not can_answer_help(user):
        return live.none()
    if is_administrator(user):
        return live
    return live.filter(site__memberships__user=user, site__memberships__role=Role.SUPPORT).distinct()


def rooms(user: User) -> list[Room]:
    """Every live encounter; those that call come first, the longest call on top."""
    found = [_room(encounter) for encounter in live_encounters(user).prefetch_related("seats")]
    far = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    return sorted(found, key=lambda room: (room.call.called_at if room.call else far, room.name))


def open_calls(user: User) -> list[Call]:
    """The calls nobody has solved."""
    return [room.call for room in rooms(user) if room.call]


def answer_call(*, by: User, encounter_id: UUID, state: str) -> None:
    """Tell the room that somebody is on it (`answered`), or that it is solved. Raises HelpRefused."""
    encounter = live_encounters(by).filter(pk=encounter_id).first()
    if encounter is None:
        raise HelpRefused(_("This encounter is over."))
    call = _call_of(encounter)
    if call is None:
        raise HelpRefused(_("Nobody in this encounter is calling for help any more."))
    if state == ANSWERED and call.state == ANSWERED:
        raise HelpRefused(_("Somebody is on it already."))
    answer = HelpAnswer(state="solved" if state == "solved" else "answered")
    record_system(
        encounter_id=encounter.pk, kind="help.answer", audience=EVERYONE, payload=answer, author=f"user:{by.pk}"
    )


def _room(encounter: Encounter) -> Room:
    seats = [seat for seat in encounter.seats.all() if seat.removed_at is None]
    return Room(
        encounter=encounter,
        name=pseudonym(encounter.pk),
        weakest=worst_link(seats),
        here=sum(seat.presence == Presence.JOINED for seat in seats),
        call=_call_of(encounter),
    )


def _call_of(encounter: Encounter) -> Call | None:
    """Walk the calls and answers in order: an answer counts for the call before it."""
    call: ReadEntry | None = None
    state = OPEN
    for entry in read_entries(journal_id=encounter.pk, kinds=("help", "help.answer")):
        if entry.kind == "help":
            call, state = entry, OPEN
            continue
        payload = decode(entry)
        if isinstance(payload, HelpAnswer):
            call, state = (None, OPEN) if payload.state == "solved" else (call, ANSWERED)
    if call is None:
        return None
    return Call(encounter=encounter.pk, role=_caller(encounter, call), called_at=call.received, state=state)


def _caller(encounter: Encounter, call: ReadEntry) -> str:
    """The caller's role in words. What they wrote stays in the room: it may name a patient."""
    seat_id = call.author.removeprefix("seat:")
    role = next((seat.role for seat in encounter.seats.all() if str(seat.pk) == seat_id), None)
    return str(SeatRole(role).label) if role else _("Somebody")
