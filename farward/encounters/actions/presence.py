"""Coming, being lost and leaving, as the live channel sees it. Each transition is an entry; renewing a lease is not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.actions.devices import device_is_current, holder_of, revoke_others, rival_of
from farward.encounters.actions.entries import record_system
from farward.encounters.actions.locking import locked
from farward.encounters.entries import EVERYONE, PresenceChange
from farward.encounters.models import (
    CALLED_OFF,
    Device,
    Encounter,
    Mode,
    Phase,
    Presence,
    Seat,
    SeatRole,
    Stance,
    Status,
)
from farward.media.wiring import PATIENT_SIDE

#: How long before the booked time the room opens, and how long after its end it still begins.
OPENS_BEFORE = timedelta(minutes=30)
EXPIRES_AFTER = timedelta(hours=2)

#: Roles that may open the room again once the encounter is closed, to finish the note.
AFTER_CLOSE = frozenset({SeatRole.LEARNER, SeatRole.PRECEPTOR})
#: Roles whose open pages may come back once it is closed. On the patient's side nothing goes on there, but what the
#: device has not sent arrives, or is refused with a reason: a recording, a picture, a consent taken back.
HANDS_IN_LATER = AFTER_CLOSE | PATIENT_SIDE


@dataclass(frozen=True, slots=True)
class JoinOutcome:
    """What became of a join: `bye` is empty when the seat is held, else a code with a sentence."""

    seat: Seat | None = None
    bye: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return not self.bye


def join_seat(*, seat_id: UUID, device_id: UUID, instance: UUID, now: datetime | None = None) -> JoinOutcome:
    """Hold the seat with this page. The first who joins makes the encounter live."""
    now = now or timezone.now()
    encounter_id = Seat.objects.filter(pk=seat_id).values_list("encounter_id", flat=True).first()
    if encounter_id is None:
        return JoinOutcome(bye="gone", message=_("This visit does not exist any more."))
    with locked(encounter_id):
        seat = Seat.objects.select_related("encounter", "encounter__site", "user").get(pk=seat_id)
        device = Device.objects.select_related("seat").filter(pk=device_id, seat=seat).first()
        refused = _why_not(seat, device, instance, now)
        if refused is not None or device is None:
            return refused or _revoked()
        if seat.encounter.status == Status.CLOSED:
            return JoinOutcome(seat=seat)
        revoke_others(device)
        _begin(seat.encounter, now)
        _arrive(seat, instance, now)
    return JoinOutcome(seat=seat)


def lose_seat(*, seat_id: UUID, instance: UUID) -> None:
    """The page has gone silent without goodbye. A page that no longer holds the seat changes nothing."""
    _depart(seat_id, instance, Presence.LOST)


def leave_seat(*, seat_id: UUID, instance: UUID) -> None:
    """The person left. Whispering, listening and a raised hand end with it."""
    _depart(seat_id, instance, Presence.LEFT)


def show_out(seat: Seat, devices: QuerySet[Device]) -> None:
    """End these devices of a seat. If one of them held it, the person has left: nobody sends to that page any more.

    Under the encounter's lock.
    """
    holder = holder_of(seat.pk)
    ended = set(devices.filter(seat=seat, revoked_at=None).values_list("pk", flat=True))
    Device.objects.filter(pk__in=ended).update(revoked_at=timezone.now())
    now = Seat.objects.select_related("encounter").get(pk=seat.pk)
    if (
        holder is not None
        and holder.pk in ended
        and now.encounter.status == Status.LIVE
        and now.presence in {Presence.JOINED, Presence.LOST}
    ):
        _write_departure(now, Presence.LEFT)


def touch_seats(seat_ids: Collection[UUID], now: datetime | None = None) -> None:
    """Renew the leases of seats whose pages are connected to this process."""
    Seat.objects.filter(pk__in=seat_ids).update(seen_at=now or timezone.now())


def sweep_stale(older_than: datetime) -> int:
    """Mark as lost every seat whose lease ran out, for example because its process was killed. Returns how many."""
    return _sweep(Seat.objects.filter(presence=Presence.JOINED, seen_at__lt=older_than), Presence.LOST)


def sweep_lost(older_than: datetime) -> int:
    """Take as left whoever has been lost for so long: nobody is told any more that they listen. Returns how many.

    By messages a page that was closed is no lost connection, and nobody listens.
    """
    lost = Seat.objects.filter(presence=Presence.LOST, seen_at__lt=older_than, encounter__mode=Mode.LIVE)
    return _sweep(lost, Presence.LEFT)


def _sweep(found: QuerySet[Seat], presence: Presence) -> int:
    found = found.filter(encounter__status=Status.LIVE)
    swept = 0
    for seat_id, encounter_id in list(found.values_list("pk", "encounter_id")):
        with locked(encounter_id):
            seat = found.filter(pk=seat_id).select_related("encounter").first()
            if seat is not None:
                _write_departure(seat, presence)
                swept += 1
    return swept


def _why_not(seat: Seat, device: Device | None, instance: UUID, now: datetime) -> JoinOutcome | None:
    encounter = seat.encounter
    if seat.removed_at is not None:
        return JoinOutcome(bye="removed", message=_("You were taken out of this visit."))
    if encounter.status in CALLED_OFF:
        return JoinOutcome(bye="cancelled", message=_("This visit was cancelled."))
    if device is None or not device_is_current(device.pk):
        return _taken_over() if device is not None and device.admitted_at else _revoked()
    if seat.instance != instance and rival_of(device) is not None:
        return JoinOutcome(bye="held", message=_("This visit is open on another device of yours. Continue here first."))
    return _why_not_now(seat, now)


def _why_not_now(seat: Seat, now: datetime) -> JoinOutcome | None:
    encounter = seat.encounter
    if encounter.status == Status.CLOSED and seat.role not in HANDS_IN_LATER:
        return JoinOutcome(bye="gone", message=_("This visit has ended."))
    if encounter.status == Status.BOOKED and now < encounter.starts_at - OPENS_BEFORE:
        return JoinOutcome(bye="early", message=_("The room opens half an hour before the visit."))
    if encounter.status == Status.BOOKED and now > encounter.ends_at + EXPIRES_AFTER:
        return JoinOutcome(bye="gone", message=_("The time of this visit is over."))
    return None


def _taken_over() -> JoinOutcome:
    return JoinOutcome(bye="taken_over", message=_("You continued this visit on another device."))


def _revoked() -> JoinOutcome:
    return JoinOutcome(bye="revoked", message=_("This device may no longer open this visit."))


def _begin(encounter: Encounter, now: datetime) -> None:
    if encounter.status == Status.BOOKED:
        encounter.status = Status.LIVE
        encounter.phase = Phase.HUDDLE
        encounter.phase_since = now
        encounter.save(update_fields=["status", "phase", "phase_since"])


def _arrive(seat: Seat, instance: UUID, now: datetime) -> None:
    changed = seat.presence != Presence.JOINED or seat.instance != instance
    if seat.here_since is None:
        seat.here_since = now
    if seat.instance != instance:
        seat.link_quality = ""
    seat.presence, seat.instance, seat.seen_at = Presence.JOINED, instance, now
    seat.save(update_fields=["presence", "instance", "seen_at", "here_since", "link_quality"])
    if changed:
        _record(seat, instance)


def _depart(seat_id: UUID, instance: UUID, presence: Presence) -> None:
    encounter_id = Seat.objects.filter(pk=seat_id).values_list("encounter_id", flat=True).first()
    if encounter_id is None:
        return
    here = {Presence.JOINED} if presence == Presence.LOST else {Presence.JOINED, Presence.LOST}
    with locked(encounter_id):
        seat = (
            Seat.objects.select_related("encounter")
            .filter(pk=seat_id, instance=instance, presence__in=here, encounter__status=Status.LIVE)
            .first()
        )
        if seat is not None:
            _write_departure(seat, presence)


def _write_departure(seat: Seat, presence: Presence) -> None:
    instance = seat.instance
    seat.presence = presence
    if presence == Presence.LOST:
        # From now on it counts how long they have been lost, also where the server itself was away.
        seat.seen_at = timezone.now()
    if presence == Presence.LEFT:
        seat.instance, seat.here_since, seat.hand_since = None, None, None
        seat.stance, seat.whispering, seat.link_quality = Stance.AWAY, False, ""
    seat.save()
    _record(seat, instance)


def _record(seat: Seat, instance: UUID | None) -> None:
    record_system(
        encounter_id=seat.encounter_id,
        kind="presence",
        audience=EVERYONE,
        payload=PresenceChange(seat=seat.pk, state=seat.presence, instance=instance),  # type: ignore[arg-type]
    )
