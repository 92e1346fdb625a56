"""Fixtures of the journal's tests."""

from __future__ import annotations

from uuid import UUID

import pytest
import uuid_utils.compat


@pytest.fixture
def journal_id(db: None) -> UUID:
    """An open, empty journal."""
    from farward.journal.actions import open_journal

    made = uuid_utils.compat.uuid7()
    open_journal(journal_id=made)
    return made
