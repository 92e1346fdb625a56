"""Kinds of entries for the journal's own tests, and drafts of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat
from django.utils import timezone

from farward.journal.registry import DIRECT, Kind, register
from farward.journal.types import Draft


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of text."""

    text: str


EVERYWHERE = frozenset({"everyone", "room", "staff", "care", "preceptors", DIRECT})

register(
    [
        Kind("test.said", Said, EVERYWHERE, from_device=True),
        Kind("test.later", Said, EVERYWHERE, from_device=True, after_close=True),
        Kind("test.server", Said, EVERYWHERE),
    ]
)

AMINA = f"seat:{uuid_utils.compat.uuid7()}"
OSEI = f"seat:{uuid_utils.compat.uuid7()}"
RIVERA = f"seat:{uuid_utils.compat.uuid7()}"


def make_draft(
    text: str = "hello",
    *,
    kind: str = "test.said",
    audience: str = "room",
    id: UUID | None = None,
    at: datetime | None = None,
    payload: Any = None,
) -> Draft:
    """A draft as a device would send it."""
    return Draft(
        id=id or uuid_utils.compat.uuid7(),
        kind=kind,
        audience=audience,
        at=at or timezone.now(),
        payload=msgspec.Raw(msgspec.json.encode({"text": text} if payload is None else payload)),
    )
