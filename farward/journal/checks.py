"""What a draft must satisfy before the journal takes it, whoever it is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from farward.journal.intake import DECODE_ERRORS
from farward.journal.registry import DIRECT, Kind, UnknownKind, get_kind
from farward.journal.types import MAX_PAYLOAD_BYTES, Draft, Refused

#: How wrong an author's clock may be. Offline work comes late, so the past is wide and the future narrow.
CLOCK_AHEAD = timedelta(hours=48)
CLOCK_BEHIND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that is well-formed: with its kind, its decoded payload and the bytes to seal."""

    draft: Draft
    kind: Kind
    payload: msgspec.Struct
    plaintext: bytes


def check_form(draft: Draft, *, from_device: bool) -> Checked:
    """Everything that the draft alone decides. Raises Refused."""
    if not _is_uuid7(draft.id):
        raise Refused("bad_id", _("The id must be a UUID of version 7."))
    try:
        kind = get_kind(draft.kind)
    except UnknownKind:
        raise Refused("unknown_kind", _("This kind of entry is not known here. Reload the page.")) from None
    if from_device and not kind.from_device:
        raise Refused("not_from_device", _("Only the server writes entries of this kind."))
    if len(draft.payload) > MAX_PAYLOAD_BYTES:
        raise Refused("too_large", _("This entry is larger than 64 KiB. Split it into smaller ones."))
    if not audience_allowed(kind, draft.audience):
        raise Refused("bad_audience", _("An entry of this kind cannot be for this audience."))
    payload, plaintext = _read_payload(kind, draft.payload)
    return Checked(draft, kind, payload, plaintext)


def check_clock(draft: Draft, now: datetime) -> None:
    """Whether the author's time can be. Raises Refused."""
    if draft.at.tzinfo is None or not now - CLOCK_BEHIND <= draft.at <= now + CLOCK_AHEAD:
        raise Refused("impossible_clock", _("This device's date or time is wrong. Set its clock, then send again."))


def audience_allowed(kind: Kind, audience: str) -> bool:
    """Whether an entry of this kind may be for this audience."""
    if audience in kind.audiences:
        return audience != DIRECT
    if DIRECT not in kind.audiences or not audience.startswith("seat:"):
        return False
    try:
        return audience == f"seat:{UUID(audience[5:])}"
    except ValueError:
        return False


def _read_payload(kind: Kind, raw: msgspec.Raw) -> tuple[msgspec.Struct, bytes]:
    # What is sealed is what the schema understood, encoded anew: a repeated key means the same to every later reader.
    try:
        payload = msgspec.json.decode(raw, type=kind.payload)
        return payload, msgspec.json.encode(payload)
    except DECODE_ERRORS:
        raise Refused("bad_payload", _("The content of this entry does not fit its kind.")) from None


def _is_uuid7(value: UUID) -> bool:
    return (value.int >> 76) & 0xF == 7 and (value.int >> 62) & 0b11 == 0b10
