"""Which decisions stand, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from .models import Consent, Decision, Purpose

Standing = dict[tuple[UUID, str], str]


def standing_consents(journal_id: UUID) -> Standing:
    """The newest decision for each subject and purpose in one journal."""
    rows = Consent.objects.filter(journal=journal_id).values_list("subject", "purpose", "decision")
    return {(subject, purpose): decision for subject, purpose, decision in rows}


def is_given(standing: Standing, subject: UUID, purpose: Purpose | str) -> bool:
    """Whether this consent stands. What was never asked was not given."""
    return standing.get((subject, str(purpose))) == Decision.GIVEN


def is_denied(standing: Standing, subject: UUID, purposes: Iterable[Purpose | str]) -> bool:
    """Whether any of these was refused or withdrawn, and not given again since."""
    return any(standing.get((subject, str(p))) in {Decision.REFUSED, Decision.WITHDRAWN} for p in purposes)


def missing_purposes(standing: Standing, subject: UUID, purposes: Collection[Purpose]) -> list[Purpose]:
    """Those of `purposes` for which no consent stands, in the order in which one asks."""
    return [purpose for purpose in Purpose if purpose in purposes and not is_given(standing, subject, purpose)]
