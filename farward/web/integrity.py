"""What the privacy officer is told of the journals: how many there are, and what was signed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from farward.journal.checkpoints import Body, Signed, checkpoint_files
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
    files = checkpoint_files()
    last_at, damaged = None, False
    if files:
        try:
            signed = msgspec.json.decode(files[-1].read_bytes(), type=Signed)
            last_at = msgspec.json.decode(signed.body, type=Body).at
        except (OSError, msgspec.MsgspecError):
            damaged = True
    return Summary(
        journals=Journal.objects.count(),
        entries=Entry.objects.count(),
        shredded=Journal.objects.filter(shredded_at__isnull=False).count(),
        checkpoints=len(files),
        last_at=last_at,
        damaged=damaged,
    )
