"""Appending: what is taken lands once, in order, and tells those who wait."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest
import pytest_django
import uuid_utils.compat
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from farward.journal.actions import append, close_journal, open_journal, record
from farward.journal.models import Entry, Journal
from farward.journal.queries import decode, head, read_entries, read_page
from farward.journal.signals import appended
from farward.journal.types import Draft
from farward.journal.verification import verify
from farward.vault.models import WrappedKey
from tests.journal.support import AMINA, OSEI, Said, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def rings() -> Iterator[list[tuple[UUID, int]]]:
    """What the journal's doorbell said."""
    heard: list[tuple[UUID, int]] = []

    def hear(journal_id: UUID, seq: int, **kwargs: object) -> None:
        heard.append((journal_id, seq))

    appended.connect(hear, weak=False)
    yield heard
    appended.disconnect(hear)


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


def test_the_same_content_written_differently_is_the_same_entry(journal_id: UUID) -> None:
    draft = make_draft("one")
    spaced = msgspec.structs.replace(draft, payload=msgspec.Raw(b'{ "text" : "\\u006fne" }'))
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert append(journal_id=journal_id, author=AMINA, drafts=[spaced]).accepted[0].duplicate


def test_a_repeated_field_means_the_same_to_every_reader(journal_id: UUID) -> None:
    draft = msgspec.structs.replace(make_draft(), payload=msgspec.Raw(b'{"text":"first","text":"second"}'))
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert bytes(read_entries(journal_id=journal_id)[0].payload) == b'{"text":"second"}'


def test_opening_a_journal_again_keeps_its_keys_and_entries(journal_id: UUID) -> None:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("one")])
    keys = set(WrappedKey.objects.filter(owner=journal_id).values_list("lane", "wrapped"))
    open_journal(journal_id=journal_id)
    assert set(WrappedKey.objects.filter(owner=journal_id).values_list("lane", "wrapped")) == keys
    assert decode(read_entries(journal_id=journal_id)[0]) == Said("one")


def test_nothing_of_a_payload_is_stored_in_the_clear(journal_id: UUID) -> None:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("Ms Rivera coughs")])
    stored = Entry.objects.filter(journal_id=journal_id).values_list().get()
    assert not any(b"Rivera" in bytes(column) for column in stored if isinstance(column, bytes | memoryview))


def test_the_bell_rings_once_after_the_commit_and_only_for_something_new(
    journal_id: UUID,
    rings: list[tuple[UUID, int]],
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    drafts = [make_draft("one"), make_draft("two")]
    with django_capture_on_commit_callbacks(execute=True):
        append(journal_id=journal_id, author=AMINA, drafts=drafts)
        assert rings == []
    with django_capture_on_commit_callbacks(execute=True):
        append(journal_id=journal_id, author=AMINA, drafts=drafts)
    assert rings == [(journal_id, 2)]


def test_a_rule_that_fails_takes_the_whole_batch_back(journal_id: UUID) -> None:
    def admit(draft: Draft, payload: msgspec.Struct) -> None:
        close_journal(journal_id=journal_id)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft()], admit=admit)
    assert Journal.objects.get(pk=journal_id).closed_at is None
    assert head(journal_id) == 0


def test_inside_an_outer_transaction_appends_follow_each_other_and_fall_together(journal_id: UUID) -> None:
    def write_and_fail() -> None:
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft("one")])
        record(journal_id=journal_id, author="system", kind="test.server", audience="room", payload=Said("two"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_and_fail()
    with transaction.atomic():
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft("three")])
        append(journal_id=journal_id, author=OSEI, drafts=[make_draft("four")])
    assert [decode(entry) for entry in read_entries(journal_id=journal_id)] == [Said("three"), Said("four")]
    assert verify(journal_id).ok


Batches = list[list[tuple[int, int]]]


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), max_size=8), max_size=8))
def test_any_order_of_sending_and_sending_again_leaves_each_entry_once_and_no_gap(db: None, batches: Batches) -> None:
    journal_id = uuid_utils.compat.uuid7()
    open_journal(journal_id=journal_id)
    authors = (AMINA, OSEI)
    outbox = [[make_draft(f"{author} {number}") for number in range(10)] for author in authors]
    sent = set()
    for author, batch in ((author, batch) for batch in batches for author in (0, 1)):
        drafts = [outbox[author][number] for whose, number in batch if whose == author]
        result = append(journal_id=journal_id, author=authors[author], drafts=drafts)
        assert [one.id for one in result.accepted] == [draft.id for draft in drafts]
        assert not result.refused
        sent |= {draft.id for draft in drafts}
    entries = read_entries(journal_id=journal_id)
    assert [entry.seq for entry in entries] == list(range(1, len(sent) + 1))
    assert {entry.id for entry in entries} == sent
    assert verify(journal_id).ok
