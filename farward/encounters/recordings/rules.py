"""Who may record themselves, and who may see recordings.

Two things must be true before a device records: its own person has said yes, and, with a real patient, so has everyone
on the patient's side who has come. Either may be taken back at any time.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.models import CARE, Encounter, Kind, Presence, Seat, SeatRole
from farward.media.wiring import APART, PATIENT_SIDE
from farward.privacy import queries
from farward.privacy.models import Purpose
from farward.privacy.queries import Standing, is_given, standing_consents

#: Who takes part and may record the own camera and microphone. Who watches or helps is not recorded.
RECORDED = PATIENT_SIDE | CARE
#: Who looks at recordings, in the debrief.
VIEWERS = CARE


def why_not(seat: Seat) -> str:
    """Why nothing of this seat may be recorded, kept or shown now, as a sentence; empty where it may."""
    standing = standing_consents(seat.encounter_id)
    if not _visit_allowed(seat.encounter, standing):
        return _("The patient's side has not agreed that this visit is recorded.")
    if not is_given(standing, seat.pk, Purpose.RECORDING):
        return _("You have not agreed to be recorded in this visit.")
    return ""


def agreed_authors(encounter: Encounter) -> frozenset[str]:
    """Whose recordings may be shown now, by author token."""
    standing = standing_consents(encounter.pk)
    if not _visit_allowed(encounter, standing):
        return frozenset()
    return frozenset(f"seat:{pk}" for pk, _purpose in standing if is_given(standing, pk, Purpose.RECORDING))


def denied_since(encounter: Encounter, seat: UUID) -> datetime | None:
    """Since when the person in this seat, or somebody for the whole visit, says no; None while nobody does."""
    standing = standing_consents(encounter.pk)
    asked = {seat, *(_patient_side(encounter) if rules.needs_consent(encounter) else ())}
    since = (queries.denied_since(standing, each, [Purpose.RECORDING]) for each in asked)
    return min(filter(None, since), default=None)


def keeps_apart(encounter: Encounter, phase: str) -> bool:
    """Whether staff and the patient's side are apart in this phase: then no patient's device records, and what staff
    record is for learner and preceptor alone."""
    return phase in APART and encounter.kind not in {Kind.SEMINAR, Kind.PRACTICE} and not encounter.by_messages


def _visit_allowed(encounter: Encounter, standing: Standing) -> bool:
    if not rules.needs_consent(encounter):
        return True
    asked = _patient_side(encounter)
    return bool(asked) and all(
        is_given(standing, pk, Purpose.RECORDING)
        for pk, (is_patient, came) in asked.items()
        if is_patient or came or (pk, str(Purpose.RECORDING)) in standing
    )


def _patient_side(encounter: Encounter) -> dict[UUID, tuple[bool, bool]]:
    """Whether each is the patient, and whether they have come and were not taken out."""
    rows = encounter.seats.filter(role__in=PATIENT_SIDE).values_list("pk", "role", "presence", "removed_at")
    return {
        pk: (role == SeatRole.PATIENT, presence != Presence.AWAY and removed is None)
        for pk, role, presence, removed in rows
    }
