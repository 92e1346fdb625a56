"""Who may: accounts with encounters, and seats with entries. Permissions are data, and what is not listed is refused.

For every rule over accounts there is an object side (`can_see`) and a queryset side (`visible_to`).
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from farward.journal.registry import get_kind
from farward.journal.types import Draft, Reader, Refused
from farward.media.wiring import PATIENT_SIDE
from farward.people.models import Role, Site
from farward.people.rules import AnyUser, is_administrator, is_member, roles_of
from farward.privacy.models import Purpose
from farward.privacy.queries import is_given, standing_consents

from .models import CALLED_OFF, CARE, Encounter, Kind, Seat, SeatRole, Status

#: Roles that book, change and cancel at their own site.
BOOKERS = frozenset({Role.COORDINATOR, Role.PRECEPTOR, Role.ADMINISTRATOR})

_ALL = frozenset(SeatRole)

#: What each role reads, by audience.
AUDIENCES: dict[str, frozenset[str]] = {
    SeatRole.PATIENT: frozenset({"everyone", "room"}),
    SeatRole.COMPANION: frozenset({"everyone", "room"}),
    SeatRole.INTERPRETER: frozenset({"everyone", "room"}),
    SeatRole.LEARNER: frozenset({"everyone", "room", "staff", "care"}),
    SeatRole.PRECEPTOR: frozenset({"everyone", "room", "staff", "care", "preceptors"}),
    SeatRole.OBSERVER: frozenset({"everyone", "room", "staff"}),
    SeatRole.HELPER: frozenset({"everyone"}),
}

#: Which roles may write which kind.
AUTHORS: dict[str, frozenset[str]] = {
    "message": _ALL - {SeatRole.HELPER},
    "clip": _ALL - {SeatRole.HELPER},
    "question": frozenset({SeatRole.LEARNER}),
    "answer": frozenset({SeatRole.PRECEPTOR}),
    "heard": _ALL - {SeatRole.HELPER},
    "recording.started": PATIENT_SIDE | CARE,
    "recording.stopped": PATIENT_SIDE | CARE,
    "recording.uploaded": PATIENT_SIDE | CARE,
    "phase": CARE,
    "consent": PATIENT_SIDE | CARE,
    "stance": frozenset({SeatRole.PRECEPTOR}),
    "whisper": frozenset({SeatRole.PRECEPTOR}),
    "hand": _ALL - {SeatRole.HELPER},
    "mute": CARE,
    "remove": CARE,
    "admit": CARE,
    "mark": CARE,
    "observation": CARE,
    "still": CARE | {SeatRole.PATIENT, SeatRole.COMPANION},
    "still.ask": CARE,
    "still.declined": frozenset({SeatRole.PATIENT, SeatRole.COMPANION}),
    "note.update": CARE,
    "note.comment": CARE,
    "note.submit": frozenset({SeatRole.LEARNER}),
    "note.return": frozenset({SeatRole.PRECEPTOR}),
    "note.cosign": frozenset({SeatRole.PRECEPTOR}),
    "summary": CARE,
    "talk": _ALL - {SeatRole.HELPER},
    "link": _ALL,
    "rung": _ALL,
    "help": _ALL,
    "screen": PATIENT_SIDE | CARE,
}

#: To whom each role may write a message or speak a clip, besides single seats.
MESSAGE_AUDIENCES: dict[str, frozenset[str]] = {
    SeatRole.PATIENT: frozenset({"room", "staff"}),
    SeatRole.COMPANION: frozenset({"room", "staff"}),
    SeatRole.INTERPRETER: frozenset({"room", "staff"}),
    SeatRole.LEARNER: frozenset({"room", "staff", "care", "preceptors"}),
    SeatRole.PRECEPTOR: frozenset({"room", "staff", "care", "preceptors"}),
    SeatRole.OBSERVER: frozenset({"staff"}),
}
#: What the patient's side may hand to the care team alone, which it does not read.
FOR_CARE = frozenset({"still", "still.declined"})
#: Roles that may write to one seat alone.
DIRECT_AUTHORS = _ALL - {SeatRole.HELPER, SeatRole.OBSERVER}


# Accounts and encounters


def can_book(user: AnyUser, site: Site) -> bool:
    """Whether the account may book encounters at this site."""
    return bool(roles_of(user, site) & BOOKERS)


def can_change(user: AnyUser, encounter: Encounter) -> bool:
    """Whether the account may move, cancel, add seats and send links."""
    return can_book(user, encounter.site)


def can_invite(user: AnyUser, encounter: Encounter) -> bool:
    """Whether the account may give out and revoke links: who may change the encounter, and its own preceptors."""
    if can_change(user, encounter):
        return True
    if not is_member(user):
        return False
    return encounter.seats.filter(user=user, role=SeatRole.PRECEPTOR, removed_at=None).exists()


def can_see(user: AnyUser, encounter: Encounter) -> bool:
    """Whether the account may open the encounter's page: who may change it, and who has a seat in it."""
    if not is_member(user):
        return False
    return can_change(user, encounter) or encounter.seats.filter(user=user, removed_at=None).exists()


def visible_to(user: AnyUser) -> QuerySet[Encounter]:
    """The encounters for which `can_see` holds."""
    encounters = Encounter.objects.select_related("site", "rotation")
    if not is_member(user):
        return encounters.none()
    if is_administrator(user):
        return encounters
    sites = Site.objects.filter(memberships__user=user, memberships__role__in=BOOKERS)
    seats = Seat.objects.filter(user=user, removed_at=None)
    return encounters.filter(Q(site__in=sites) | Q(pk__in=seats.values("encounter")))


# Seats and entries


def audiences_of(seat: Seat) -> frozenset[str]:
    """What this seat reads: nothing once removed; as an observer, the patient's side only by consent."""
    if seat.removed_at is not None:
        return frozenset()
    read = AUDIENCES[seat.role] | {f"seat:{seat.pk}"}
    return read - {"room"} if seat.role == SeatRole.OBSERVER and not observers_allowed(seat.encounter) else read


def reader_of(seat: Seat) -> Reader:
    """The seat as a reader of its encounter's journal."""
    return Reader(author=f"seat:{seat.pk}", audiences=audiences_of(seat))


def may(seat: Seat, kind: str, audience: str) -> bool:
    """Whether a seat of this role may write this kind to this audience at all, whatever the moment."""
    if seat.role not in AUTHORS.get(kind, frozenset()):
        return False
    if kind == "heard":
        return audience.startswith("seat:")
    if kind in FOR_CARE and audience == "care":
        return True
    if kind not in {"message", "clip"}:
        return audience in AUDIENCES[seat.role]
    if audience.startswith("seat:"):
        return seat.role in DIRECT_AUTHORS
    return audience in MESSAGE_AUDIENCES.get(seat.role, frozenset())


def check(seat: Seat, draft: Draft, payload: msgspec.Struct) -> None:
    """The rule that every entry from a seat must pass. Raises Refused."""
    if seat.removed_at is not None:
        raise Refused("removed", _("You were taken out of this visit."))
    if seat.encounter.status in CALLED_OFF:
        raise Refused("cancelled", _("This visit was cancelled."))
    if seat.encounter.status == Status.CLOSED and not get_kind(draft.kind).after_close:
        # The journal refuses this too, but not yet within the batch that closed the encounter.
        raise Refused("journal_closed", _("This visit is closed. This can no longer be added."))
    if not may(seat, draft.kind, draft.audience):
        raise Refused("not_allowed", _("Your place in this visit does not allow this."))
    if draft.audience.startswith("seat:"):
        seat_in(seat.encounter, draft.audience.removeprefix("seat:"))


def seat_in(encounter: Encounter, seat_id: UUID | str) -> Seat:
    """A seat of this encounter that is still in it. Raises Refused, the same for a seat of another encounter."""
    found = encounter.seats.filter(pk=seat_id, removed_at=None).first()
    if found is None:
        raise Refused("unknown_seat", _("Nobody with this place is in this visit."))
    return found


def can_direct(seat: Seat, target: Seat) -> bool:
    """Whether `seat` may mute or remove `target`.

    The responsible clinician may with everyone else; where no preceptor is seated, the learner with the patient's side.
    """
    if target.pk == seat.pk:
        return False
    if seat.role == SeatRole.PRECEPTOR:
        return True
    if seat.role != SeatRole.LEARNER or target.role not in PATIENT_SIDE:
        return False
    return not seat.encounter.seats.filter(role=SeatRole.PRECEPTOR, removed_at=None).exists()


def can_decide(seat: Seat, subject: Seat, by: str) -> bool:
    """Whether `seat` may record a consent decision of `subject`, made this way."""
    if subject.role != SeatRole.PATIENT:
        return by == "self" and subject.pk == seat.pk
    allowed: dict[str, frozenset[SeatRole]] = {
        "self": frozenset({SeatRole.PATIENT}),
        "proxy": frozenset({SeatRole.COMPANION}),
        "witnessed": CARE,
    }
    return seat.role in allowed[by] and (by != "self" or subject.pk == seat.pk)


def observers_allowed(encounter: Encounter) -> bool:
    """Whether observers may hear and read the patient's side: of a real patient only while their consent stands."""
    if not needs_consent(encounter):
        return True
    patient = encounter.seats.filter(role=SeatRole.PATIENT, removed_at=None).first()
    return patient is not None and is_given(standing_consents(encounter.pk), patient.pk, Purpose.OBSERVERS)


def needs_consent(encounter: Encounter) -> bool:
    """Whether a real patient is in this encounter."""
    return encounter.kind == Kind.CLINIC
