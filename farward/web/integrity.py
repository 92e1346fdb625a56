"""What the privacy officer is told of the journals: how many there are, and what was signed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from farward.journal.checkpoints import DamagedCheckpoint, checkpoint_files, newest_checkpoint
from farward.journal.models import Entry, Journal


@dataclass(frozen=True, slots=True)
class Summary:
    """The journals in numbers. `damaged`: the newest checkpoint cannot be read, which verifying explains."""

    journals: int
    entries: int
    shredded: int
    checkpoints: int
    last_at: datetime | None
    damaged: bool


def summary() -> Summary:
    """Count, and read the newest checkpoint without judging it: that is what verifying does."""
    newest, damaged = None, False
    try:
        newest = newest_checkpoint()
    except (DamagedCheckpoint, OSError):
        damaged = True
    return Summary(
        journals=Journal.objects.count(),
        entries=Entry.objects.count(),
        shredded=Journal.objects.filter(shredded_at__isnull=False).count(),
        checkpoints=len(checkpoint_files()),
        last_at=newest.body.at if newest else None,
        damaged=damaged,
    )
