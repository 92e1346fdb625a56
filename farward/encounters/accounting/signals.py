"""Looking through new access records for what somebody should look at twice.

Simple signals, for a person to judge: none of them says that something was wrong. They are looked for beside the
requests, so that nobody waits for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from farward.encounters.identity import Identity, identities_of
from farward.encounters.models import Encounter, Kind, Seat, SeatRole
from farward.encounters.rules import BOOKERS
from farward.people.models import User
from farward.people.rules import roles_of
from farward.privacy.models import AccessRecord, Watch
from farward.privacy.reviews import raise_flag
from farward.privacy.words import EMERGENCIES, Data, Signal, Why

from .names import same_person, same_surname

#: Records younger than this may still be joined by one with a smaller number.
SETTLED = timedelta(seconds=5)
BATCH = 2000
MANY = 100
WITHIN = timedelta(hours=1)
#: For so long after its end, or that of its rotation, an encounter is still being worked on.
AFTERWARDS = timedelta(days=30)
#: Looking at these says nothing of a patient.
IMPERSONAL = frozenset({Data.SCHEDULE, Data.ACCOUNT, Data.ACCESS})
#: Purposes that have their own way of being looked at, or need none.
APART = frozenset({Why.OWN, Why.SUPPORT, Why.OVERSIGHT, *EMERGENCIES})
_PATIENTS = frozenset({SeatRole.PATIENT})


def look_for_signals(*, now: datetime | None = None) -> int:
    """Look through what was recorded since the last time. Returns how many records that were."""
    now = now or timezone.now()
    with transaction.atomic():
        Watch.objects.get_or_create(pk=1)
        watch = Watch.objects.select_for_update().get(pk=1)
        fresh = AccessRecord.objects.filter(pk__gt=watch.last).select_related("user").order_by("pk")[:BATCH]
        records = [record for record in _settled(fresh, now - SETTLED) if record.user is not None]
        looked = len(records)
        if (last := _last_of(fresh, now - SETTLED)) is not None:
            Watch.objects.filter(pk=1).update(last=last)
        _look_at_encounters([record for record in records if record.encounter and record.what not in IMPERSONAL])
        _look_for_many([record for record in records if record.what != Data.SCHEDULE])
    return looked


def _settled(records: Iterable[AccessRecord], until: datetime) -> Iterable[AccessRecord]:
    for record in records:
        if record.at > until:
            return
        yield record


def _last_of(records: Iterable[AccessRecord], until: datetime) -> int | None:
    return max((record.pk for record in _settled(records, until)), default=None)


def _look_at_encounters(records: Sequence[AccessRecord]) -> None:
    wanted = {record.encounter for record in records if record.encounter}
    found = Encounter.objects.filter(pk__in=wanted).select_related("site", "rotation").prefetch_related("seats__user")
    encounters = {encounter.pk: encounter for encounter in found}
    judged: set[tuple[UUID, UUID]] = set()
    for record in records:
        encounter = encounters.get(record.encounter) if record.encounter else None
        if encounter is None or record.user is None or record.why in APART:
            continue
        if (record.user.pk, encounter.pk) not in judged:
            judged.add((record.user.pk, encounter.pk))
            _flag(record, _kinship(record.user, encounter))
        _flag(record, Signal.OUTSIDE if _is_outside(record, record.user, encounter) else None)


def _kinship(user: User, encounter: Encounter) -> Signal | None:
    """Whether the account seems to be the patient, or of the same family. Only real patients count."""
    if encounter.kind != Kind.CLINIC:
        return None
    seats = [seat for seat in encounter.seats.all() if seat.role in _PATIENTS]
    patients = list(identities_of(seats).values())
    if any(_is_self(user, patient) for patient in patients):
        return Signal.OWN_RECORD
    return Signal.SAME_SURNAME if any(same_surname(user.name, patient.name) for patient in patients) else None


def _is_self(user: User, patient: Identity) -> bool:
    by_address = bool(patient.email) and patient.email.casefold() == user.email.casefold()
    return by_address or same_person(user.name, patient.name)


def _is_outside(record: AccessRecord, user: User, encounter: Encounter) -> bool:
    """Whether somebody looked who had no place there, or long after the encounter and its rotation were over."""
    end = encounter.ends_at
    if encounter.rotation is not None:
        end = max(end, datetime.combine(encounter.rotation.ends_on, time.max, encounter.site.zone))
    if record.at > end + AFTERWARDS:
        return True
    seats: list[Seat] = [seat for seat in encounter.seats.all() if seat.user_id == user.pk]
    return not seats and not roles_of(user, encounter.site) & BOOKERS


def _flag(record: AccessRecord, signal: Signal | None) -> None:
    if signal is not None and record.user_id is not None:
        raise_flag(signal=signal, user_id=record.user_id, encounter=record.encounter, entry=record.entry, at=record.at)


def _look_for_many(records: Sequence[AccessRecord]) -> None:
    by_user: dict[UUID, list[AccessRecord]] = defaultdict(list)
    for record in records:
        if record.user_id is not None:
            by_user[record.user_id].append(record)
    for user_id, fresh in by_user.items():
        since, until = fresh[0].at - WITHIN, max(record.at for record in fresh)
        looked = AccessRecord.objects.filter(user=user_id, at__gte=since, at__lte=until).exclude(what=Data.SCHEDULE)
        if looked.count() >= MANY and (found := _hundredth(looked.order_by("at"), fresh[0].at)) is not None:
            raise_flag(signal=Signal.MANY, user_id=user_id, encounter=None, entry=found.entry, at=found.at)


def _hundredth(records: Iterable[AccessRecord], since: datetime) -> AccessRecord | None:
    """The first record, from `since` on, that makes a hundred different ones within an hour.

    One kind of data of one encounter, or one account, is one record, however often it is looked at.
    """
    window: deque[tuple[datetime, tuple[UUID | None, str]]] = deque()
    count: Counter[tuple[UUID | None, str]] = Counter()
    for record in records:
        key = (record.encounter or record.thing, record.what)
        window.append((record.at, key))
        count[key] += 1
        while window[0][0] < record.at - WITHIN:
            old = window.popleft()[1]
            count[old] -= 1
            if not count[old]:
                del count[old]
        if len(count) >= MANY and record.at >= since:
            return record
    return None
