"""What entries of kind `clip` and `heard` must be true to: a voice note that is whole and here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from farward.encounters.entries import ClipSent, Heard
from farward.encounters.handlers import handles
from farward.encounters.models import Clip, Seat
from farward.encounters.throttle import within_limit
from farward.journal.types import Draft, Refused

from .rules import may_hear

#: Nobody listens to more than one in a second.
MOST_HEARD_A_MINUTE = 60


@handles("clip")
def take_clip(seat: Seat, draft: Draft, payload: ClipSent) -> None:
    """The entry follows the bytes, so that no reader is promised a voice that never comes."""
    clip = Clip.objects.filter(pk=payload.clip, seat=seat, received_at__isnull=False).first()
    if clip is None:
        raise Refused("clip_missing", _("The voice note itself is not here yet."))
    if clip.audience != draft.audience or clip.size != payload.size:
        raise Refused("bad_payload", _("The voice note was kept for other readers than this entry names."))


@handles("heard")
def note_heard(seat: Seat, draft: Draft, payload: Heard) -> None:
    """Only who may hear a clip says so, and only to who spoke it."""
    clip = Clip.objects.filter(pk=payload.clip, received_at__isnull=False).first()
    if clip is None or not may_hear(seat, clip):
        raise Refused("clip_missing", _("The voice note itself is not here yet."))
    if draft.audience != f"seat:{clip.seat_id}" or clip.seat_id == seat.pk:
        raise Refused("bad_payload", _("That a voice note was heard is told to who spoke it."))
    if not within_limit("heard", str(seat.pk), MOST_HEARD_A_MINUTE):
        raise Refused("too_often", _("This device says too often what was heard. It may again in a minute."))
