"""Who may keep and see stills."""

from __future__ import annotations

from farward.encounters import rules
from farward.encounters.models import Capture, Encounter, Seat, SeatRole
from farward.privacy.models import Purpose
from farward.privacy.queries import is_given, standing_consents

VIEWERS = frozenset(SeatRole) - {SeatRole.HELPER}


#: Whose pictures may be kept: the patient's, and those of the camera of whoever is beside the patient. The patient's
#: consent is asked for these; nobody else in the visit is asked, so nobody else is kept.
SHOWN = frozenset({SeatRole.PATIENT, SeatRole.COMPANION})


def stills_allowed(encounter: Encounter) -> bool:
    """Whether pictures may be kept and shown: of a real patient only while the patient's consent to it stands."""
    if not rules.needs_consent(encounter):
        return True
    standing = standing_consents(encounter.pk)
    patients = encounter.seats.filter(role=SeatRole.PATIENT).values_list("pk", flat=True)
    return bool(patients) and all(is_given(standing, patient, Purpose.STILLS) for patient in patients)


def may_view(seat: Seat, capture: Capture) -> bool:
    """Whether this seat reads the capture's audience; who took it always may."""
    if capture.encounter_id != seat.encounter_id or seat.removed_at is not None:
        return False
    return capture.seat_id == seat.pk or capture.audience in rules.audiences_of(seat)
