"""Forgetting what came only in part: pieces of voice notes and stills that no device went on with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from farward.encounters.models import Clip
from farward.encounters.pieces import sweep_pieces

from .storage import drop_clip, one_at_a_time

#: As long as a device may be without a network. One that comes later is told to begin again, and loses nothing.
KEPT_IN_PART = timedelta(days=7)
#: At most this many at a time, so that a sweep never holds up anything else for long.
BATCH = 200


def sweep_abandoned(now: datetime | None = None) -> int:
    """Drop the pieces of clips and stills that are too old to be gone on with. Returns how many things were dropped."""
    before = (now or timezone.now()) - KEPT_IN_PART
    swept = 0
    for clip in Clip.objects.filter(received_at=None, begun_at__lt=before)[:BATCH]:
        with one_at_a_time(clip.encounter_id):
            abandoned = Clip.objects.filter(pk=clip.pk, received_at=None)
            if abandoned.exists():
                # The pieces first: what no row names would stay for ever.
                drop_clip(clip)
                swept += abandoned.delete()[0]
    return swept + sweep_pieces(before)
