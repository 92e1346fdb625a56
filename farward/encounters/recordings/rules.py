"""Who may record themselves, and who may see recordings."""

from __future__ import annotations

from farward.encounters import rules
from farward.encounters.models import CARE, Encounter, SeatRole
from farward.media.wiring import PATIENT_SIDE
from farward.privacy.models import Purpose
from farward.privacy.queries import is_given, standing_consents

#: Who takes part and may record the own camera and microphone. Who watches or helps is not recorded.
RECORDED = PATIENT_SIDE | CARE
#: Who looks at recordings, in the debrief.
VIEWERS = CARE


def recording_allowed(encounter: Encounter) -> bool:
    """Whether anything may be recorded, kept and shown: with a real patient, while their consent to it stands."""
    if not rules.needs_consent(encounter):
        return True
    standing = standing_consents(encounter.pk)
    patients = encounter.seats.filter(role=SeatRole.PATIENT).values_list("pk", flat=True)
    return bool(patients) and all(is_given(standing, patient, Purpose.RECORDING) for patient in patients)
