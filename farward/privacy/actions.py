"""Writes the standing decision. Called by who appends the entry, inside that transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from .entries import ConsentDecision
from .models import Consent


def set_standing_decision(*, journal_id: UUID, entry_id: UUID, decision: ConsentDecision, decided_at: datetime) -> None:
    """Make this the decision that stands for its subject and purpose."""
    Consent.objects.update_or_create(
        journal=journal_id,
        subject=decision.subject,
        purpose=decision.purpose,
        defaults={
            "decision": decision.decision,
            "text_version": decision.text_version,
            "entry": entry_id,
            "decided_at": decided_at,
        },
    )
