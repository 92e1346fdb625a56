"""Booking, changing, cancelling: what happens to an encounter before and around its phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import uuid_utils.compat
from django.db import transaction
from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.actions.entries import record_system
from farward.encounters.actions.invitations import link_window
from farward.encounters.actions.locking import locked
from farward.encounters.actions.mail import mail_cancellation, mail_change
from farward.encounters.bookings import check_all, check_mode, check_seats, check_time
from farward.encounters.entries import CARE, EVERYONE, STAFF, Booking, Brief, Opened
from farward.encounters.errors import BookingInvalid, NotAllowed
from farward.encounters.identity import Identity, seal_identity
from farward.encounters.models import OPEN, Encounter, Invitation, Mode, Presence, Seat, Status
from farward.journal.actions import close_journal, open_journal
from farward.people.models import Rotation, Site, User


@dataclass(frozen=True, slots=True)
class SeatRequest:
    """One wanted seat: an account, or a person by name with an address to send the link to."""

    role: str
    user: User | None = None
    name: str = ""
    email: str = ""
    phone: str = ""


def book_encounter(
    *,
    by: User,
    kind: str,
    site: Site,
    rotation: Rotation | None = None,
    starts_at: datetime,
    ends_at: datetime,
    seats: Sequence[SeatRequest],
    brief: str = "",
    mode: str = Mode.LIVE,
    answer_hours: int | None = None,
) -> Encounter:
    """Book an encounter with its seats and open its journal.

    Args:
        mode: live, or by messages; then the times say from when to when the encounter is open.
        answer_hours: by messages, within how many hours a question is answered.

    Raises:
        NotAllowed: this account books nothing at this site.
        BookingInvalid: naming the field to mend; what else needs mending is in `also`.
    """
    if not rules.can_book(by, site):
        raise NotAllowed("not_allowed", _("You may not book encounters at this site."))
    if rotation is not None and rotation.site_id != site.pk:
        raise BookingInvalid("rotation", _("This rotation belongs to another site."))
    check_all(
        lambda: check_mode(kind, mode, answer_hours),
        lambda: check_time(starts_at, ends_at, by_messages=mode == Mode.STORE_AND_FORWARD),
        lambda: check_seats(kind=kind, site=site, seats=seats),
        lambda: _checked_brief(brief),
    )
    brief = _checked_brief(brief)
    hours = answer_hours if mode == Mode.STORE_AND_FORWARD else None
    encounter = Encounter(
        kind=kind,
        mode=mode,
        answer_hours=hours,
        site=site,
        rotation=rotation,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
    )
    with transaction.atomic():
        encounter.save(force_insert=True)
        open_journal(journal_id=encounter.pk)
        for request in seats:
            _make_seat(encounter, request)
        author = f"user:{by.pk}"
        opened = Opened(kind=kind, mode=mode, answer_hours=hours, starts_at=starts_at, ends_at=ends_at)  # type: ignore[arg-type]
        record_system(encounter_id=encounter.pk, kind="opened", audience=EVERYONE, payload=opened, author=author)
        if brief:
            reason = Brief(text=brief)
            record_system(encounter_id=encounter.pk, kind="brief", audience=CARE, payload=reason, author=author)
        _record(encounter, by, Booking(change="booked", starts_at=starts_at, ends_at=ends_at))
    return encounter


def add_seat(*, by: User, encounter: Encounter, request: SeatRequest) -> Seat:
    """One more seat, before or during the encounter. Raises NotAllowed, BookingInvalid."""
    with locked(encounter.pk):
        encounter = _open_encounter(by, encounter)
        present = encounter.seats.filter(removed_at=None).select_related("user")
        if request.user is not None and encounter.seats.filter(user=request.user, removed_at__isnull=False).exists():
            raise BookingInvalid(
                "seats", _("This person was taken out of this encounter and cannot come back."), "removed"
            )
        taken = [SeatRequest(role=seat.role, user=seat.user, name="-") for seat in present]
        check_seats(kind=encounter.kind, site=encounter.site, seats=[*taken, request], only_last=True)
        seat = _make_seat(encounter, request)
        _record(encounter, by, Booking(change="seat_added", seat=seat.pk))
    return seat


def move_encounter(*, by: User, encounter: Encounter, starts_at: datetime, ends_at: datetime) -> Encounter:
    """Another time. Links stay the same and open at the new time; everyone with an address is told.

    Raises:
        NotAllowed: this account may not change this encounter.
        BookingInvalid: naming the field to mend.
        MailNotSent: the encounter was moved, but not everyone could be told.
    """
    with locked(encounter.pk):
        encounter = _open_encounter(by, encounter)
        if encounter.status != Status.BOOKED:
            raise BookingInvalid("starts_at", _("This encounter has begun, so it cannot be moved."), code="began")
        check_time(starts_at, ends_at, by_messages=encounter.by_messages)
        encounter.starts_at, encounter.ends_at = starts_at, ends_at
        encounter.save(update_fields=["starts_at", "ends_at"])
        opens_at, expires_at = link_window(encounter)
        Invitation.objects.filter(seat__encounter=encounter).update(opens_at=opens_at, expires_at=expires_at)
        _record(encounter, by, Booking(change="moved", starts_at=starts_at, ends_at=ends_at))
    mail_change(encounter)
    return encounter


def cancel_encounter(*, by: User, encounter: Encounter, reason: str = "") -> Encounter:
    """The encounter does not take place; whoever is in the room is shown out, everyone with an address is told.

    Raises:
        NotAllowed: this account may not change this encounter.
        BookingInvalid: it is over already.
        MailNotSent: the encounter was cancelled, but not everyone could be told.
    """
    change = Booking(change="cancelled", reason=reason.strip()[:500] or None)
    encounter = _end(by, encounter, Status.CANCELLED, change)
    mail_cancellation(encounter)
    return encounter


def mark_no_show(*, by: User, encounter: Encounter) -> Encounter:
    """The patient did not come. Raises NotAllowed, BookingInvalid."""
    return _end(by, encounter, Status.NO_SHOW, Booking(change="no_show"))


def _end(by: User, encounter: Encounter, status: Status, change: Booking) -> Encounter:
    with locked(encounter.pk):
        encounter = _open_encounter(by, encounter)
        encounter.status = status
        encounter.save(update_fields=["status"])
        encounter.seats.exclude(presence=Presence.AWAY).update(
            presence=Presence.LEFT, instance=None, whispering=False, hand_since=None, here_since=None
        )
        _record(encounter, by, change)
        close_journal(journal_id=encounter.pk)
    return encounter


def _open_encounter(by: User, encounter: Encounter) -> Encounter:
    """The encounter as it is now, if this account may change it and it is not over. Under the lock."""
    current = Encounter.objects.select_related("site").get(pk=encounter.pk)
    if not rules.can_change(by, current):
        raise NotAllowed("not_allowed", _("You may not change this encounter."))
    if current.status not in OPEN:
        raise BookingInvalid("status", _("This encounter is over, so it cannot be changed."), code="over")
    return current


def _make_seat(encounter: Encounter, request: SeatRequest) -> Seat:
    seat = Seat(id=uuid_utils.compat.uuid7(), encounter=encounter, role=request.role, user=request.user)
    if request.user is None:
        identity = Identity(name=request.name.strip(), email=request.email.strip(), phone=request.phone.strip())
        seat.identity = seal_identity(encounter_id=encounter.pk, seat_id=seat.pk, identity=identity)
    seat.save(force_insert=True)
    return seat


def _checked_brief(brief: str) -> str:
    if len(brief.strip()) > 4000:
        raise BookingInvalid("brief", _("The reason for the visit can have at most 4,000 characters."))
    return brief.strip()


def _record(encounter: Encounter, by: User, change: Booking) -> None:
    record_system(encounter_id=encounter.pk, kind="booking", audience=STAFF, payload=change, author=f"user:{by.pk}")
