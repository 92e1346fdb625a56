"""Sealed files of what has come only in part and has no row yet: how they are called, and their end."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

#: How the name of a piece ends.
PART = ".part.sealed"


def sweep_pieces(older_than: datetime) -> int:
    """Forget pieces that nobody went on with since. Returns how many."""
    swept = 0
    for path in settings.FARWARD_CAPTURES_DIR.glob(f"*/*{PART}"):
        try:
            if path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                swept += 1
        except FileNotFoundError:
            continue  # it has just become whole
    return swept
