"""How drafts come to be: from what a device sent, where each bad item costs only itself, or from the server's hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
import uuid_utils.compat
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.journal.types import Draft, Refusal


class _Id(msgspec.Struct):
    id: UUID | None = None


_draft = msgspec.json.Decoder(Draft)
_id = msgspec.json.Decoder(_Id)

#: What decoding of hostile input may raise beside msgspec's own errors.
DECODE_ERRORS = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


def new_draft(*, kind: str, audience: str, payload: msgspec.Struct) -> Draft:
    """An entry that the server writes for somebody, now."""
    return Draft(
        id=uuid_utils.compat.uuid7(),
        kind=kind,
        audience=audience,
        at=timezone.now(),
        payload=msgspec.Raw(msgspec.json.encode(payload)),
    )


def parse_batch(items: Sequence[msgspec.Raw | bytes]) -> list[Draft | Refusal]:
    """One draft for each item, or a refusal `malformed` in its place."""
    return [_parse(index, item) for index, item in enumerate(items)]


def _parse(index: int, item: msgspec.Raw | bytes) -> Draft | Refusal:
    try:
        draft = _draft.decode(item)
    except DECODE_ERRORS:
        return _malformed(index, item)
    return draft if draft.at.tzinfo is not None else _malformed(index, item)


def _malformed(index: int, item: msgspec.Raw | bytes) -> Refusal:
    try:
        known = _id.decode(item).id
    except DECODE_ERRORS:
        known = None
    return Refusal(
        index, known, "malformed", _("This entry could not be read. It needs id, kind, audience, at and payload.")
    )
