"""What rules and screens need to know of an encounter right now, read in few queries and then pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from farward.media.wiring import PATIENT_SIDE, Place
from farward.privacy.models import Purpose
from farward.privacy.queries import Standing, denied_since, is_given, missing_purposes, standing_consents

from . import rules
from .models import Encounter, Presence, Seat, SeatRole, Status
from .phases import Moment

#: Without these the visit of a real patient does not go on.
BASIC_PURPOSES = (Purpose.VISIT, Purpose.LEARNER)


@dataclass(frozen=True, slots=True)
class Scene:
    """An encounter with its seats (without those removed) and the consents that stand."""

    encounter: Encounter
    seats: Sequence[Seat]
    standing: Standing

    def seat(self, seat_id: UUID) -> Seat:
        """One of the seats. Raises LookupError."""
        for seat in self.seats:
            if seat.pk == seat_id:
                return seat
        raise LookupError(seat_id)

    @property
    def patient(self) -> Seat | None:
        return next((seat for seat in self.seats if seat.role == SeatRole.PATIENT), None)

    @property
    def denied_since(self) -> datetime | None:
        """Since when the patient says no to the visit or to the learner; None while they do not."""
        if self.patient is None or not rules.needs_consent(self.encounter):
            return None
        return denied_since(self.standing, self.patient.pk, BASIC_PURPOSES)

    @property
    def missing(self) -> list[Purpose]:
        """What the patient has still to agree to before the interview."""
        if self.patient is None or not rules.needs_consent(self.encounter):
            return []
        wanted = list(BASIC_PURPOSES)
        if any(seat.role == SeatRole.OBSERVER for seat in self.seats):
            wanted.append(Purpose.OBSERVERS)
        return missing_purposes(self.standing, self.patient.pk, wanted)


def load_scene(encounter: Encounter) -> Scene:
    """Read seats and consents: two queries."""
    seats = list(encounter.seats.filter(removed_at=None).select_related("user"))
    for seat in seats:
        seat.encounter = encounter
    standing = standing_consents(encounter.pk) if rules.needs_consent(encounter) else {}
    return Scene(encounter=encounter, seats=seats, standing=standing)


def moment_of(scene: Scene) -> Moment:
    """The scene as the phase machine sees it."""
    encounter = scene.encounter
    return Moment(
        kind=encounter.kind,
        phase=encounter.phase,
        resumes=encounter.resumes,
        live=encounter.status == Status.LIVE,
        preceptor_here=any(s.role == SeatRole.PRECEPTOR and s.presence == Presence.JOINED for s in scene.seats),
        missing=missing_sentence(scene.missing),
        by_messages=encounter.by_messages,
        answered=encounter.answered_at is not None and encounter.answer_due is None,
    )


def places_of(scene: Scene) -> list[Place]:
    """The scene as wiring sees it. Who was lost stays wired: often only the socket is gone, and the call goes on.

    By messages nobody is wired to anybody, whoever happens to be here.
    """
    wired = frozenset() if scene.encounter.by_messages else _WIRED
    return [
        Place(
            seat=str(seat.pk),
            role=seat.role,
            instance=str(seat.instance) if seat.instance and seat.presence in wired else None,
            stance=seat.stance,
            whispering=seat.whispering,
            muted=seat.muted,
            barred=_is_barred(scene, seat),
        )
        for seat in scene.seats
    ]


_WIRED = frozenset({Presence.JOINED, Presence.LOST})


def _is_barred(scene: Scene, seat: Seat) -> bool:
    """Whether want of consent keeps this seat from the others: observers without it, the patient's side after a no."""
    if not rules.needs_consent(scene.encounter):
        return False
    if seat.role == SeatRole.OBSERVER:
        return scene.patient is None or not is_given(scene.standing, scene.patient.pk, Purpose.OBSERVERS)
    return seat.role in PATIENT_SIDE and scene.denied_since is not None


def missing_sentence(purposes: Sequence[Purpose]) -> str:
    """Which consents the patient has still to give, in one sentence; empty if none."""
    sentences = {
        Purpose.VISIT: _("the visit by video or voice"),
        Purpose.LEARNER: _("the learner's presence"),
        Purpose.OBSERVERS: _("the observers' presence"),
    }
    wanted = [sentences[purpose] for purpose in purposes]
    if not wanted:
        return ""
    if len(wanted) == 1:
        return _("The patient has not yet agreed to %(what)s.") % {"what": wanted[0]}
    listed = _("%(first)s and %(last)s") % {"first": ", ".join(wanted[:-1]), "last": wanted[-1]}
    return _("The patient has not yet agreed to %(what)s.") % {"what": listed}
