"""Who may send and hear clips: whoever may write and read a message to the same audience."""

from __future__ import annotations

from farward.encounters import rules
from farward.encounters.models import Clip, Seat, SeatRole

SPEAKERS = frozenset(SeatRole) - {SeatRole.HELPER}


def may_hear(seat: Seat, clip: Clip) -> bool:
    """Whether this seat reads the clip's audience; who spoke it always may."""
    if clip.encounter_id != seat.encounter_id or seat.removed_at is not None or seat.role not in SPEAKERS:
        return False
    return clip.seat_id == seat.pk or clip.audience in rules.audiences_of(seat)
