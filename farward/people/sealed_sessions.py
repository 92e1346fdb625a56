"""What a session holds, sealed in the database: who is signed in where, a second step's key while it is set up."""

from __future__ import annotations

import json
from typing import Any

from .sealing import open_own, seal_own

_WHAT = b"session"


class SealedSerializer:
    """Takes the place of Django's JSON serializer. A session that does not open counts as empty: signed out."""

    def dumps(self, obj: dict[str, Any]) -> bytes:
        return seal_own(json.dumps(obj, separators=(",", ":")).encode(), _WHAT)

    def loads(self, data: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(open_own(data, _WHAT))
        return found
