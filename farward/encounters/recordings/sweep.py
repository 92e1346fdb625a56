"""What of recordings goes, and when: half uploads that were given up, what is old, what is not agreed to any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from farward.encounters.models import Encounter
from farward.vault.errors import KeyGone, SealBroken

from . import storage
from .rules import denied_since

log = logging.getLogger(__name__)

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
#: An upload that nothing was added to for this long is given up.
LIFETIME_MS = 7 * DAY_MS
#: What is not agreed to any more is hidden at once, and erased once a slip of the finger would have been noticed.
GRACE_MS = 12 * HOUR_MS


def gives_up_at(touched: int) -> int:
    """When an upload that bytes came for at `touched` is given up."""
    return touched + LIFETIME_MS


def given_up(upload: storage.Upload, now: int) -> bool:
    """Whether nobody goes on with this upload."""
    return not upload.whole and gives_up_at(upload.touched) < now


def sweep(now: int | None = None) -> int:
    """Remove all that should be gone by now. Returns how many uploads went."""
    moment = storage.now_ms() if now is None else now
    return sum(_sweep_encounter(encounter, moment) for encounter in storage.encounters())


def _sweep_encounter(encounter_id: UUID, now: int) -> int:
    encounter = Encounter.objects.filter(pk=encounter_id).first()
    try:
        if encounter is None:
            return storage.drop_all(encounter_id)
        gone = [upload for upload in storage.uploads_of(encounter_id) if _is_over(encounter, upload, now)]
        for upload in _held(gone):
            storage.drop(upload)
    except KeyGone:
        return storage.drop_all(encounter_id)
    except (SealBroken, OSError) as error:
        log.error("recordings of encounter %s could not be swept: %s", encounter_id, type(error).__name__)
        return 0
    if gone:
        log.info("%s recordings of encounter %s were removed", len(gone), encounter_id)
    return len(gone)


def _held(uploads: list[storage.Upload]) -> Iterator[storage.Upload]:
    """Each of these once no request works on it."""
    for upload in uploads:
        with storage.hold(upload.encounter, upload.id):
            yield upload


def _is_over(encounter: Encounter, upload: storage.Upload, now: int) -> bool:
    if given_up(upload, now) or upload.touched + settings.FARWARD_RECORDING_DAYS * DAY_MS < now:
        return True
    denied = denied_since(encounter, upload.seat)
    return denied is not None and denied < datetime.fromtimestamp((now - GRACE_MS) / 1000, UTC)
