"""Taking a still in."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.errors import ActionRefused
from farward.encounters.media_http import Told
from farward.encounters.models import Capture, Seat
from farward.journal.registry import get_kind

from .pictures import MAX_STILL_BYTES, sniff_type
from .rules import stills_allowed
from .storage import Arriving, arriving_from, drop_file, keep_file

#: More than anyone takes by hand, and a bound on what one encounter may fill.
MAX_STILLS = 300
#: Nobody fills it alone: there is room for what the others take.
MAX_STILLS_OF_ONE = 150
#: As many of one seat may be on their way at once; nobody takes more while none of them has arrived.
MAX_ARRIVING = 20
#: A piece is no smaller, unless it is the last: two megabytes are at most four thousand files.
LEAST_PIECE = 512


def keep_still_piece(*, seat: Seat, capture_id: UUID, told: Told, offset: int, data: bytes) -> int | None:
    """Keep one piece of a still, of any length. Returns where the next one belongs, None once the still is whole.

    A piece that belongs elsewhere changes nothing: the answer says where to go on.

    Raises:
        ActionRefused: not_allowed, consent_missing, too_large, damaged, not_a_picture, too_many, id_taken.
    """
    _check_may(seat, told.audience)
    if not 0 < told.size <= MAX_STILL_BYTES:
        raise ActionRefused("too_large", _("This picture is larger than 2 MB. Cut out what matters, and try again."))
    known = Capture.objects.filter(pk=capture_id).first()
    if known is not None:
        _check_same(known, seat, told)
        return None
    arriving = Arriving(seat.encounter_id, seat.pk, capture_id, told.sha256)
    here = arriving.offset
    if offset == here < told.size:
        _check_piece(seat, capture_id, told, offset, data)
        arriving.keep(offset, data)
        here = arriving.offset
    if here < told.size:
        return here
    try:
        _keep_whole(seat, capture_id, told, arriving.whole())
    except FileNotFoundError:
        return arriving.offset  # another request was quicker
    except ActionRefused:
        arriving.drop()
        raise
    arriving.drop()
    return None


def _check_piece(seat: Seat, capture_id: UUID, told: Told, offset: int, data: bytes) -> None:
    rest = told.size - offset
    if len(data) > rest or len(data) < min(LEAST_PIECE, rest):
        raise ActionRefused("damaged", _("The picture arrived damaged. It will be sent again."))
    others = arriving_from(seat.encounter_id, seat.pk) - {capture_id.hex}
    if len(others) >= MAX_ARRIVING:
        raise _too_many()
    _check_room(seat)


def _keep_whole(seat: Seat, capture_id: UUID, told: Told, data: bytes) -> None:
    media_type = _check(data, told.sha256)
    _check_room(seat)
    encounter_id = seat.encounter_id
    keep_file(encounter_id=encounter_id, capture_id=capture_id, sha256=told.sha256, data=data)
    try:
        with transaction.atomic():
            Capture.objects.create(
                pk=capture_id,
                encounter=seat.encounter,
                seat=seat,
                media_type=media_type,
                size=len(data),
                sha256=told.sha256,
                audience=told.audience,
            )
    except IntegrityError:
        # Two devices finished at once under one number: the first stays.
        known = Capture.objects.get(pk=capture_id)
        if bytes(known.sha256) != told.sha256 or known.encounter_id != encounter_id:
            drop_file(encounter_id=encounter_id, capture_id=capture_id, sha256=told.sha256)
        _check_same(known, seat, told)


def _check_may(seat: Seat, audience: str) -> None:
    if audience not in get_kind("still").audiences or not rules.may(seat, "still", audience):
        raise ActionRefused("not_allowed", _("Your place in this visit does not take pictures."))
    if not stills_allowed(seat.encounter):
        raise consent_missing()


def consent_missing() -> ActionRefused:
    """Why no picture of this patient may be kept."""
    return ActionRefused(
        "consent_missing",
        _("The patient has not agreed that pictures are kept. Ask, record the answer, then try again."),
    )


def _check(data: bytes, sha256: bytes) -> str:
    if not hmac.compare_digest(hashlib.sha256(data).digest(), sha256):
        raise ActionRefused("damaged", _("The picture arrived damaged. It will be sent again."))
    media_type = sniff_type(data)
    if media_type is None:
        raise ActionRefused(
            "not_a_picture", _("This is no JPEG, PNG or WebP picture. Take it again, or choose another one.")
        )
    return media_type


def _check_room(seat: Seat) -> None:
    kept = Capture.objects.filter(encounter=seat.encounter_id)
    if kept.count() >= MAX_STILLS or kept.filter(seat=seat).count() >= MAX_STILLS_OF_ONE:
        raise _too_many()


def _too_many() -> ActionRefused:
    return ActionRefused("too_many", _("This visit holds as many pictures as it can. Say in words what you see."))


def _check_same(known: Capture, seat: Seat, told: Told) -> None:
    if known.seat_id != seat.pk or bytes(known.sha256) != told.sha256:
        raise ActionRefused("id_taken", _("Another picture has this number. Throw this one away and take it again."))
