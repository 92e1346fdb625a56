"""Which decisions stand, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .models import Consent, Decision, Purpose


@dataclass(frozen=True, slots=True)
class Stand:
    """A decision and since when it stands."""

    decision: str
    decided_at: datetime


#: The decision that stands for each subject and purpose.
Standing = dict[tuple[UUID, str], Stand]


def standing_consents(journal_id: UUID) -> Standing:
    """The newest decision for each subject and purpose in one journal."""
    rows = Consent.objects.filter(journal=journal_id).values_list("subject", "purpose", "decision", "decided_at")
    return {(subject, purpose): Stand(decision, decided_at) for subject, purpose, decision, decided_at in rows}


def is_given(standing: Standing, subject: UUID, purpose: Purpose | str) -> bool:
    """Whether this consent stands. What was never asked was not given."""
    stand = standing.get((subject, str(purpose)))
    return stand is not None and stand.decision == Decision.GIVEN


def denied_since(standing: Standing, subject: UUID, purposes: Collection[Purpose | str]) -> datetime | None:
    """Since when one of these is refused or withdrawn and not given again; None if none is."""
    stands = [standing.get((subject, str(purpose))) for purpose in purposes]
    return min((stand.decided_at for stand in stands if stand and stand.decision != Decision.GIVEN), default=None)


def missing_purposes(standing: Standing, subject: UUID, purposes: Collection[Purpose]) -> list[Purpose]:
    """Those of `purposes` for which no consent stands, in the order in which one asks."""
    return [purpose for purpose in Purpose if purpose in purposes and not is_given(standing, subject, purpose)]
