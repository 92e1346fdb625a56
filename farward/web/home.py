"""What stands on the first page: the work of the day for each role that a person has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from farward.encounters.answers.queries import overdue_at_sites_of, waiting_for
from farward.encounters.desk.queries import Row, rows_for, without_link
from farward.encounters.models import OPEN, Encounter, Mode, NoteState, SeatRole, Status
from farward.encounters.packs.lease import owner_mark
from farward.encounters.packs.queries import SHELL_BYTES, Offer, offers_for
from farward.people import queries as people
from farward.people.models import Role, Site, User
from farward.people.rules import roles_of

from . import help_desk

AHEAD = timedelta(days=14)
MOST = 20
BEFORE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Figures:
    """The coming and past seven days of the sites somebody coordinates, in numbers."""

    booked: int
    closed: int
    missed: int


@dataclass(frozen=True, slots=True)
class Coordination:
    """What a coordinator keeps an eye on."""

    figures: Figures
    without_link: list[Row]
    overdue: list[Row]
    missed: list[Row]


@dataclass(frozen=True, slots=True)
class Packing:
    """What the person may keep on this device, and whose it is."""

    owner: str
    offers: list[Offer]
    shell: int = SHELL_BYTES


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of one person. What a role does not bring is empty."""

    roles: frozenset[Role]
    sites: list[Site]
    now: list[Row] = field(default_factory=list)
    today: list[Row] = field(default_factory=list)
    coming: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    to_sign: list[Row] = field(default_factory=list)
    to_answer: list[Row] = field(default_factory=list)
    by_messages: list[Row] = field(default_factory=list)
    coordination: Coordination | None = None
    calls: int = 0
    packing: Packing | None = None

    @property
    def has_times(self) -> bool:
        """Whether any time is on the page."""
        work = (self.now, self.today, self.coming, self.notes, self.to_sign, self.to_answer, self.by_messages)
        return any(work) or self.coordination is not None

    @property
    def encounters(self) -> list[UUID]:
        """Every encounter that stands on the page."""
        work = (self.now, self.today, self.coming, self.notes, self.to_sign, self.to_answer, self.by_messages)
        rows = [row for part in work for row in part]
        if self.coordination is not None:
            for listed in (self.coordination.without_link, self.coordination.overdue, self.coordination.missed):
                rows += listed
        return [row.encounter.pk for row in rows]

    @property
    def has_many_sites(self) -> bool:
        """Whether times need their zone beside them."""
        return len(self.sites) > 1


def home_of(user: User) -> Home:
    """Everything the first page shows to this person."""
    roles = roles_of(user)
    sites = list(people.sites_visible_to(user))
    booked = _booked(user)
    now = [row for row in booked if row.joinable and not row.encounter.by_messages]
    to_answer = rows_for(user, waiting_for(user)[:MOST])
    answering = {row.encounter.pk for row in to_answer}
    later = [row for row in booked if not row.joinable and row.encounter.ends_at > timezone.now()]
    return Home(
        roles=roles,
        sites=sites,
        now=now,
        today=[row for row in later if _is_today(row)],
        coming=[row for row in later if not _is_today(row)],
        notes=_with_seat(user, SeatRole.LEARNER, [NoteState.RETURNED, NoteState.DRAFT]),
        to_sign=_with_seat(user, SeatRole.PRECEPTOR, [NoteState.SUBMITTED]),
        to_answer=to_answer,
        by_messages=[
            row for row in booked if row.joinable and row.encounter.by_messages and row.encounter.pk not in answering
        ],
        calls=len(help_desk.open_calls(user)) if Role.SUPPORT in roles else 0,
        packing=Packing(owner_mark(user), offers_for(user)),
        coordination=_coordination(user) if Role.COORDINATOR in roles else None,
    )


def _booked(user: User) -> list[Row]:
    """Where the account has a seat, from this morning on."""
    now = timezone.now()
    mine = Encounter.objects.filter(
        pk__in=user.seats.filter(removed_at=None).values("encounter"),
        status__in=OPEN,
        starts_at__lt=now + AHEAD,
    ).filter(Q(ends_at__gte=now - BEFORE) | Q(mode=Mode.STORE_AND_FORWARD, status=Status.LIVE))
    return rows_for(user, mine.order_by("starts_at")[:MOST])


def _with_seat(user: User, role: SeatRole, states: list[NoteState]) -> list[Row]:
    """Encounters that are over, whose note stands so and in which the account has this role."""
    seats = user.seats.filter(removed_at=None, role=role)
    over = Encounter.objects.filter(pk__in=seats.values("encounter"), status=Status.CLOSED, note_state__in=states)
    return rows_for(user, over.order_by("-note_state", "-starts_at")[:MOST])


def _coordination(user: User) -> Coordination:
    now = timezone.now()
    here = Encounter.objects.filter(site__memberships__user=user, site__memberships__role=Role.COORDINATOR)
    week = here.filter(starts_at__gte=now - timedelta(days=7), starts_at__lt=now + timedelta(days=7))
    missed = week.filter(status=Status.NO_SHOW)
    soon = here.filter(status=Status.BOOKED, starts_at__gte=now, starts_at__lt=now + timedelta(days=2))
    return Coordination(
        figures=_figures(week),
        without_link=rows_for(user, without_link(soon).order_by("starts_at")[:MOST]),
        overdue=rows_for(user, overdue_at_sites_of(user)[:MOST]),
        missed=rows_for(user, missed.order_by("-starts_at")[:MOST]),
    )


def _figures(week: QuerySet[Encounter]) -> Figures:
    counts = week.aggregate(
        booked=Count("pk", filter=Q(status__in=OPEN), distinct=True),
        closed=Count("pk", filter=Q(status=Status.CLOSED), distinct=True),
        missed=Count("pk", filter=Q(status=Status.NO_SHOW), distinct=True),
    )
    return Figures(**counts)


def _is_today(row: Row) -> bool:
    return row.starts.date() == timezone.localdate(timezone=row.encounter.site.zone)
