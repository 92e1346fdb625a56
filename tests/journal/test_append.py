"""Appending: what is taken, what is refused, and that a second sending changes nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
import uuid_utils.compat

from farward.journal.actions import append
from farward.journal.queries import decode, read_page
from tests.journal.support import Said, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")

AMINA = f"seat:{uuid_utils.compat.uuid7()}"


def test_what_was_appended_is_read_back_in_order(journal_id: UUID) -> None:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("one"), make_draft("two")])
    page = read_page(journal_id=journal_id, reader=None)
    assert [decode(entry) for entry in page.entries] == [Said("one"), Said("two")]
    assert [entry.seq for entry in page.entries] == [1, 2]


def test_sending_a_batch_again_changes_nothing(journal_id: UUID) -> None:
    drafts = [make_draft("one"), make_draft("two")]
    first = append(journal_id=journal_id, author=AMINA, drafts=drafts)
    second = append(journal_id=journal_id, author=AMINA, drafts=drafts)
    assert [(one.id, one.seq) for one in second.accepted] == [(one.id, one.seq) for one in first.accepted]
    assert all(one.duplicate for one in second.accepted)
    assert second.head == 2
