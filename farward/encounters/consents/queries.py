"""What somebody agreed to in a visit that is closed now, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from farward.encounters.models import Seat, Status
from farward.privacy.models import Decision, Purpose
from farward.privacy.queries import standing_consents
from farward.privacy.texts import ConsentText, current_texts

#: Consents because of which something is kept after the close, and hidden or erased once they are taken back.
KEPT_BY = (Purpose.STILLS, Purpose.RECORDING, Purpose.TEACHING)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The wording of a consent, and whether it stands; if not, it was taken back."""

    text: ConsentText
    stands: bool


def agreed_by(seat: Seat) -> list[Agreed]:
    """What this person agreed to for themselves, as far as something is kept because of it. None before the close."""
    if seat.encounter.status != Status.CLOSED:
        return []
    standing = standing_consents(seat.encounter_id)
    texts = current_texts(get_language() or "en")
    said = {purpose: standing.get((seat.pk, str(purpose))) for purpose in KEPT_BY}
    return [
        Agreed(texts[purpose], stand.decision == Decision.GIVEN)
        for purpose, stand in said.items()
        if stand is not None and stand.decision != Decision.REFUSED
    ]
