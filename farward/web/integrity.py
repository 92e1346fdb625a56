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
    accesses: int
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
    ledgers = Entry.objects.filter(seq=1, kind="access").values("journal")
    encounters = Journal.objects.exclude(pk__in=ledgers)
    return Summary(
        journals=encounters.count(),
        entries=Entry.objects.exclude(journal__in=ledgers).count(),
        accesses=Entry.objects.filter(kind="access").count(),
        shredded=encounters.filter(shredded_at__isnull=False).count(),
        checkpoints=len(checkpoint_files()),
        last_at=newest.body.at if newest else None,
        damaged=damaged,
    )
