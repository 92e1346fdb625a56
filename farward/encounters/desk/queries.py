"""What the booking desk shows. Lists name learners and preceptors; the patient's name is on the encounter's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from msgspec import Struct

from farward.encounters import rules
from farward.encounters.entries import Booking, Brief
from farward.encounters.identity import Identity, identity_of
from farward.encounters.models import Encounter, Invitation, Presence, Seat, SeatRole, Status
from farward.journal.queries import decode, read_entries
from farward.journal.types import Reader
from farward.people.models import Site, User
from farward.policy.sight import shows_name

#: Before this time a seat's owner is not yet asked to come in.
JOIN_BEFORE = timedelta(minutes=15)


class LinkState(StrEnum):
    """How far a seat's link has come."""

    NONE = "none"
    SENT = "sent"
    OPENED = "opened"
    HERE = "here"
    LOST = "lost"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Row:
    """One encounter in a list, as one reader sees it."""

    encounter: Encounter
    learners: list[str]
    preceptors: list[str]
    own: Seat | None

    @property
    def starts(self) -> datetime:
        """The beginning, in the site's own zone."""
        return timezone.localtime(self.encounter.starts_at, self.encounter.site.zone)

    @property
    def joinable(self) -> bool:
        """Whether the reader has a seat and it is time to take it."""
        if self.own is None:
            return False
        if self.encounter.status == Status.LIVE:
            return True
        now = timezone.now()
        booked = self.encounter.status == Status.BOOKED
        return booked and self.encounter.starts_at - JOIN_BEFORE <= now < self.encounter.ends_at + JOIN_BEFORE


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One seat on the encounter's page: who sits there, and how far the link has come."""

    seat: Seat
    identity: Identity
    state: LinkState
    invitation: Invitation | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week."""

    day: date
    rows: list[Row]


def rows_for(user: User, encounters: QuerySet[Encounter]) -> list[Row]:
    """Encounters with the people of the school in them: two queries."""
    seats = Seat.objects.filter(removed_at=None, user__isnull=False).select_related("user")
    found = encounters.select_related("site").prefetch_related(Prefetch("seats", seats, to_attr="staff_seats"))
    return [_row(user, encounter, getattr(encounter, "staff_seats")) for encounter in found]  # noqa: B009


def _row(user: User, encounter: Encounter, seats: Iterable[Seat]) -> Row:
    named = [(seat, seat.user.name) for seat in seats if seat.user is not None]
    return Row(
        encounter=encounter,
        learners=[name for seat, name in named if seat.role == SeatRole.LEARNER],
        preceptors=[name for seat, name in named if seat.role == SeatRole.PRECEPTOR],
        own=next((seat for seat, _name in named if seat.user_id == user.pk), None),
    )


def week_of(user: User, monday: date, site: Site | None) -> list[Day]:
    """Seven days with the encounters the reader may see, each on the day it has at its own site."""
    # Zones reach a day either way of UTC; the day at the site decides below.
    first = datetime.combine(monday, time.min, timezone.get_default_timezone()) - timedelta(days=1)
    encounters = rules.visible_to(user).filter(starts_at__gte=first, starts_at__lt=first + timedelta(days=9))
    if site is not None:
        encounters = encounters.filter(site=site)
    days: dict[date, list[Row]] = {monday + timedelta(days=n): [] for n in range(7)}
    for row in rows_for(user, encounters.order_by("starts_at")):
        if row.starts.date() in days:
            days[row.starts.date()].append(row)
    return [Day(day, rows) for day, rows in days.items()]


def seat_cards(encounter: Encounter, *, me: Seat | None = None) -> list[SeatCard]:
    """Everyone's place, in the order of booking, as the seat `me` may see them; whole where it is None, to invite."""
    live = Invitation.objects.filter(revoked_at=None).order_by("-created_at")
    seats = (
        encounter.seats.filter(removed_at=None)
        .select_related("user", "encounter")
        .prefetch_related(Prefetch("invitations", live, to_attr="live_links"))
    )
    return [_card(seat, next(iter(getattr(seat, "live_links")), None), me) for seat in seats]  # noqa: B009


def _card(seat: Seat, invitation: Invitation | None, me: Seat | None) -> SeatCard:
    named = me is None or me.pk == seat.pk or shows_name(me.role, seat.role)
    identity = identity_of(seat) if named else Identity()
    return SeatCard(seat=seat, identity=identity, state=_state(seat, invitation), invitation=invitation)


def _state(seat: Seat, invitation: Invitation | None) -> LinkState:
    if seat.presence == Presence.JOINED:
        return LinkState.HERE
    if seat.presence == Presence.LOST:
        return LinkState.LOST
    if invitation is None:
        return LinkState.ACCOUNT if seat.user_id else LinkState.NONE
    return LinkState.OPENED if invitation.redeemed_at else LinkState.SENT


def brief_for(user: User, encounter: Encounter) -> str:
    """The reason for the visit, if this reader is among those it was written for, or wrote it."""
    return next((brief.text for brief in _told(user, encounter, "brief") if isinstance(brief, Brief)), "")


def cancelled_because(user: User, encounter: Encounter) -> str:
    """Why it does not take place, for those who may read that."""
    told = (change for change in _told(user, encounter, "booking") if isinstance(change, Booking))
    return next((change.reason or "" for change in told if change.change == "cancelled"), "")


def _told(user: User, encounter: Encounter, kind: str) -> Iterator[Struct]:
    """What stands in the journal of this kind, newest first, as far as this reader may read it or wrote it."""
    own = encounter.seats.filter(user=user, removed_at=None).first()
    reader = rules.reader_of(own) if own else Reader(author=f"user:{user.pk}")
    for entry in reversed(read_entries(journal_id=encounter.pk, kinds=(kind,), reader=reader)):
        if not entry.erased:
            yield decode(entry)


def without_link(encounters: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """Those of the encounters in which a patient has no link yet."""
    linked = Invitation.objects.filter(revoked_at=None).values("seat")
    waiting = Seat.objects.filter(role=SeatRole.PATIENT, removed_at=None).exclude(pk__in=linked)
    return encounters.filter(pk__in=waiting.values("encounter"))
