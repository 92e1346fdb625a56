"""A preceptor's encounters as tiles: one query for the seats, one for who is in them, one for keys of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils import timezone

from farward.encounters.identity import identities_of
from farward.encounters.models import CALLED_OFF, Encounter, Mode, NoteState, Presence, Seat, SeatRole, Status
from farward.encounters.queries import worst_link
from farward.people.models import User

from .tiles import Tile, acts_in, in_order, need_of, patient_word

#: Booked encounters stand on the tower from this long before until this long after.
AHEAD = timedelta(hours=12)
BEHIND = timedelta(hours=2)


def own_seats(user: User, now: datetime | None = None) -> QuerySet[Seat]:
    """The preceptor seats of this account in encounters that run, or are booked for about now."""
    now = now or timezone.now()
    booked = Q(
        encounter__status=Status.BOOKED,
        encounter__starts_at__gte=now - BEHIND,
        encounter__starts_at__lte=now + AHEAD,
    )
    return (
        # By messages nobody is in a room to listen to: those wait as questions, not as tiles.
        Seat.objects.filter(
            user=user, user__is_active=True, role=SeatRole.PRECEPTOR, removed_at=None, encounter__mode=Mode.LIVE
        )
        .filter(Q(encounter__status=Status.LIVE) | booked)
        .select_related("encounter__site")
        .order_by("encounter__starts_at", "pk")
    )


class Numbers:
    """Small numbers for encounters, kept for as long as one connection or page lives."""

    def __init__(self) -> None:
        self._numbers: dict[UUID, int] = {}

    def of(self, encounter_id: UUID) -> int:
        return self._numbers.setdefault(encounter_id, len(self._numbers) + 1)


def tiles_for(user: User, numbers: Numbers | None = None) -> list[Tile]:
    """All tiles of this account, those who need someone first."""
    numbers = numbers or Numbers()
    mine = list(own_seats(user))
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    others = Seat.objects.filter(encounter__in=[seat.encounter_id for seat in mine], removed_at=None)
    for seat in others.select_related("user"):
        seats[seat.encounter_id].append(seat)
    learners = [s for group in seats.values() for s in group if s.role == SeatRole.LEARNER]
    names = {seat_id: identity.name for seat_id, identity in identities_of(learners).items()}
    return in_order([_tile(seat, seats[seat.encounter_id], names, numbers) for seat in mine])


def encounters_of(tiles: Sequence[Tile]) -> list[UUID]:
    """The encounters that tiles stand for."""
    seats = Seat.objects.filter(pk__in=[tile.seat for tile in tiles])
    return list(seats.values_list("encounter_id", flat=True))


def notes_waiting(user: User) -> list[tuple[Encounter, str]]:
    """Encounters of this preceptor whose note waits for a co-signature, with the learner's name; the oldest first."""
    seats = Seat.objects.filter(user=user, role=SeatRole.PRECEPTOR, removed_at=None)
    encounters = list(
        Encounter.objects.filter(seats__in=seats, note_state=NoteState.SUBMITTED)
        .exclude(status__in=CALLED_OFF)
        .select_related("site")
        .order_by("starts_at")
    )
    learners = list(
        Seat.objects.filter(encounter__in=encounters, role=SeatRole.LEARNER, removed_at=None).select_related("user")
    )
    identities = identities_of(learners)
    names: dict[UUID, list[str]] = defaultdict(list)
    for seat in learners:
        names[seat.encounter_id].append(identities[seat.pk].name)
    return [(encounter, ", ".join(names[encounter.pk])) for encounter in encounters]


def _tile(mine: Seat, seats: Sequence[Seat], names: dict[UUID, str], numbers: Numbers) -> Tile:
    encounter = mine.encounter
    learners = [seat for seat in seats if seat.role == SeatRole.LEARNER]
    patients = [seat for seat in seats if seat.role == SeatRole.PATIENT]
    present = [seat for seat in patients if seat.presence == Presence.JOINED]
    patient = patient_word(bool(present), encounter.phase, encounter.status)
    hands = [seat.hand_since for seat in seats if seat.hand_since and seat.pk != mine.pk]
    tile = Tile(
        n=numbers.of(encounter.pk),
        seat=str(mine.pk),
        learner=", ".join(filter(None, (names.get(seat.pk, "") for seat in learners))),
        kind=encounter.kind,
        status=encounter.status,
        phase=encounter.phase,
        since=_epoch(encounter.phase_since),
        starts=_epoch(encounter.starts_at),
        clock=_clock(encounter),
        link=worst_link([*learners, *patients]),
        hand=_epoch(min(hands, default=None)),
        patient=patient,
        waits=_waiting_since(encounter, present) if patient == "waits" else 0,
        me={Presence.JOINED: "here", Presence.LOST: "lost"}.get(Presence(mine.presence), "away"),
        acts=acts_in(encounter.phase, encounter.status),
    )
    return msgspec.structs.replace(tile, need=need_of(tile))


def _waiting_since(encounter: Encounter, present: Sequence[Seat]) -> int:
    """Since they came, or since the phase that keeps them apart began, whichever is later."""
    came = min((seat.here_since for seat in present if seat.here_since), default=None)
    return max(_epoch(came), _epoch(encounter.phase_since))


def _clock(encounter: Encounter) -> str:
    if encounter.status != Status.BOOKED:
        return ""
    return timezone.localtime(encounter.starts_at, encounter.site.zone).strftime("%H:%M")


def _epoch(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment is not None else 0
