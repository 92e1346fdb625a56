"""Taking a voice note in, piece by piece.

The first piece says how long the whole is and what its check sum must be. Every answer names the piece that is wanted
next, so a device that was cut off asks nothing and sends nothing twice but the piece it was sending.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.errors import ActionRefused
from farward.encounters.media_http import Told
from farward.encounters.models import OPEN, Clip, Seat
from farward.journal.checks import audience_allowed
from farward.journal.registry import get_kind

from .sounds import MAX_CLIP_BYTES, piece_size, pieces_of, sniff_sound
from .storage import drop_clip, keep_piece, load_clip, one_at_a_time

#: More than anyone says, and a bound on what one encounter may fill. Those that are half here count too.
MAX_CLIPS = 600
#: Nobody fills it alone: there is room for what the others say.
MAX_CLIPS_OF_ONE = 250


def keep_clip_piece(*, seat: Seat, clip_id: UUID, told: Told, number: int, data: bytes) -> Clip:
    """Keep one piece of a clip. A piece that is here already, or that is not the next one, changes nothing.

    Raises:
        ActionRefused: not_allowed, journal_closed, too_large, too_many, id_taken, damaged, not_a_sound.
    """
    _check_may(seat, told)
    with one_at_a_time(seat.encounter_id):
        return _keep(_clip(seat, clip_id, told), told, number, data)


def _keep(clip: Clip, told: Told, number: int, data: bytes) -> Clip:
    if clip.received_at is not None or number != clip.pieces:
        return clip
    if len(data) != piece_size(told.size, number):
        raise _damaged()
    keep_piece(clip, number, data)
    Clip.objects.filter(pk=clip.pk, pieces=number).update(pieces=number + 1)
    clip.refresh_from_db(fields=["pieces"])
    if clip.pieces == pieces_of(clip.size):
        _finish(clip)
    return clip


def _check_may(seat: Seat, told: Told) -> None:
    if not (rules.may(seat, "clip", told.audience) and _is_audience(seat, told.audience)):
        raise ActionRefused("not_allowed", _("Your place in this visit sends no voice notes to these people."))
    if seat.encounter.status not in OPEN:
        raise ActionRefused("journal_closed", _("This visit is closed. This can no longer be added."))
    if not 0 < told.size <= MAX_CLIP_BYTES:
        raise ActionRefused("too_large", _("This voice note is too long. Record at most two minutes at a time."))


def _is_audience(seat: Seat, audience: str) -> bool:
    """Whether there is somebody to hear it: nothing is kept for seats that are not in this visit."""
    if not audience_allowed(get_kind("clip"), audience):
        return False
    told = audience.removeprefix("seat:")
    return told == audience or seat.encounter.seats.filter(pk=told, removed_at=None).exists()


def _clip(seat: Seat, clip_id: UUID, told: Told) -> Clip:
    """The clip of this number, begun now if need be."""
    known = Clip.objects.filter(pk=clip_id).first()
    if known is not None:
        return _same(known, seat, told)
    kept = Clip.objects.filter(encounter=seat.encounter_id)
    if kept.count() >= MAX_CLIPS or kept.filter(seat=seat).count() >= MAX_CLIPS_OF_ONE:
        raise ActionRefused("too_many", _("This visit holds as many voice notes as it can. Write instead."))
    try:
        with transaction.atomic():
            return Clip.objects.create(
                pk=clip_id,
                encounter=seat.encounter,
                seat=seat,
                size=told.size,
                sha256=told.sha256,
                audience=told.audience,
            )
    except IntegrityError:
        return _same(Clip.objects.get(pk=clip_id), seat, told)


def _same(known: Clip, seat: Seat, told: Told) -> Clip:
    if (known.seat_id, known.size, bytes(known.sha256), known.audience) != (
        seat.pk,
        told.size,
        told.sha256,
        told.audience,
    ):
        raise ActionRefused(
            "id_taken", _("Another voice note has this number. Throw this one away and speak it again.")
        )
    return known


def _finish(clip: Clip) -> None:
    """All pieces are here: the whole is what was promised, or nothing of it stays."""
    data = load_clip(clip)
    media_type = sniff_sound(data)
    if not hmac.compare_digest(hashlib.sha256(data).digest(), bytes(clip.sha256)):
        _forget(clip)
        raise _damaged()
    if media_type is None:
        _forget(clip)
        raise ActionRefused(
            "not_a_sound", _("This is no voice note that browsers can play. Speak it again, or write instead.")
        )
    clip.media_type, clip.received_at = media_type, timezone.now()
    clip.save(update_fields=["media_type", "received_at"])


def _forget(clip: Clip) -> None:
    drop_clip(clip)
    clip.delete()


def _damaged() -> ActionRefused:
    return ActionRefused("damaged", _("The voice note arrived damaged. It will be sent again."))
