"""Erasing one encounter: its content is gone everywhere, its chain stays and says who did it and why."""

from __future__ import annotations

from uuid import UUID

import pytest
import pytest_django
import uuid_utils.compat

from farward.journal.actions import append, open_journal, shred_journal
from farward.journal.checkpoints import sign_checkpoint
from farward.journal.errors import NoJournal
from farward.journal.models import Journal
from farward.journal.queries import read_entries
from farward.journal.types import ReadEntry
from farward.journal.verification import verify
from farward.vault.models import WrappedKey
from tests.journal.support import AMINA, OSEI, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")

OnCommit = pytest_django.DjangoCaptureOnCommitCallbacks


@pytest.fixture
def talk(journal_id: UUID) -> UUID:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("one"), make_draft("two")])
    sign_checkpoint()
    return journal_id


def payloads(entries: list[ReadEntry]) -> list[bytes]:
    return [bytes(entry.payload) for entry in entries]


def test_the_chain_of_an_erased_journal_still_verifies(
    talk: UUID, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        shred_journal(journal_id=talk, by=OSEI, reason="the patient asked")
    report = verify()
    assert report.ok, report.findings
    assert (report.entries, report.checkpoints) == (3, 2)
    assert payloads(read_entries(journal_id=talk))[:2] == [b"null", b"null"]
    assert not WrappedKey.objects.filter(owner=talk).exists()


def test_another_encounter_is_not_touched(talk: UUID, django_capture_on_commit_callbacks: OnCommit) -> None:
    other = uuid_utils.compat.uuid7()
    open_journal(journal_id=other)
    append(journal_id=other, author=AMINA, drafts=[make_draft("stays")])
    with django_capture_on_commit_callbacks(execute=True):
        shred_journal(journal_id=talk, by=OSEI, reason="the patient asked")
    assert payloads(read_entries(journal_id=other)) == [b'{"text":"stays"}']


def test_a_key_still_in_memory_is_not_used_once_another_process_has_shredded(talk: UUID) -> None:
    assert b"null" not in payloads(read_entries(journal_id=talk))
    Journal.objects.filter(pk=talk).update(shredded_at="2026-11-24T08:00:00Z")
    assert payloads(read_entries(journal_id=talk)) == [b"null", b"null"]


def test_erasing_again_adds_nothing_and_finishes_what_a_killed_process_left(
    talk: UUID, django_capture_on_commit_callbacks: OnCommit
) -> None:
    shred_journal(journal_id=talk, by=OSEI, reason="the patient asked")
    assert WrappedKey.objects.filter(owner=talk).exists()
    assert ["erase it again" in finding.what for finding in verify(talk).findings] == [True]
    with django_capture_on_commit_callbacks(execute=True):
        shred_journal(journal_id=talk, by=AMINA, reason="again")
    assert not WrappedKey.objects.filter(owner=talk).exists()
    assert [entry.author for entry in read_entries(journal_id=talk, kinds=["shredded"])] == [OSEI]


def test_opening_an_erased_journal_makes_no_new_keys(talk: UUID, django_capture_on_commit_callbacks: OnCommit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        shred_journal(journal_id=talk, by=OSEI, reason="the patient asked")
    open_journal(journal_id=talk)
    assert not WrappedKey.objects.filter(owner=talk).exists()


def test_what_was_never_opened_cannot_be_erased(db: None) -> None:
    with pytest.raises(NoJournal):
        shred_journal(journal_id=uuid_utils.compat.uuid7(), by=OSEI, reason="none")
