"""Reading: each reader gets, in order and in pages, what its audience allows and nothing else."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
import uuid_utils.compat
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from farward.journal import queries
from farward.journal.actions import append, open_journal, record, shred_journal
from farward.journal.errors import JournalDamaged, NoJournal
from farward.journal.queries import MAX_PAGE_BYTES, decode, head, read_entries, read_page
from farward.journal.types import Reader
from tests.journal import attacker
from tests.journal.support import AMINA, OSEI, RIVERA, Said, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")

PATIENT = Reader(RIVERA, frozenset({"everyone", "room"}))
LEARNER = Reader(AMINA, frozenset({"everyone", "room", "staff", "care"}))


def texts(entries: list[object]) -> list[str]:
    return [entry.text for entry in entries if isinstance(entry, Said)]


def read(journal_id: UUID, reader: Reader | None) -> list[str]:
    """What this reader reads, as text."""
    return texts([decode(entry) for entry in read_page(journal_id=journal_id, reader=reader).entries])


@pytest.fixture
def talk(journal_id: UUID) -> UUID:
    """A journal with something for each audience."""
    for author, audience in [(AMINA, "room"), (AMINA, "care"), (OSEI, "preceptors"), (OSEI, RIVERA), (RIVERA, OSEI)]:
        append(journal_id=journal_id, author=author, drafts=[make_draft(f"for {audience}", audience=audience)])
    return journal_id


def test_a_patient_never_reads_what_is_not_for_the_patient(talk: UUID) -> None:
    assert read(talk, PATIENT) == ["for room", f"for {RIVERA}", f"for {OSEI}"]


def test_a_learner_reads_care_and_not_what_is_between_two_others(talk: UUID) -> None:
    assert read(talk, LEARNER) == ["for room", "for care"]


def test_an_author_reads_its_own_entries_whoever_they_are_for(talk: UUID) -> None:
    assert read(talk, Reader(OSEI)) == ["for preceptors", f"for {RIVERA}", f"for {OSEI}"]


def test_the_server_reads_everything(talk: UUID) -> None:
    assert len(read(talk, None)) == 5


def test_an_audience_widened_in_the_table_shows_nobody_more(talk: UUID) -> None:
    attacker.sql("UPDATE journal_entry SET audience = 'everyone', author = %s WHERE journal_id = %s", RIVERA, talk)
    assert read(talk, PATIENT) == ["for room", f"for {RIVERA}", f"for {OSEI}"]


def test_a_changed_payload_is_shown_as_nothing_and_the_rest_is_still_read(
    talk: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    attacker.set_column(attacker.rows_of(talk)[0], "ciphertext", bytes(40))
    entries = read_page(journal_id=talk, reader=None).entries
    assert [bytes(entry.payload) == b"null" for entry in entries] == [True, False, False, False, False]
    assert f"entry 1 of journal {talk} does not open" in caplog.text


@pytest.mark.parametrize("header", [b"{}", b"", b'{"id": "\xff"}', b"[]"])
def test_a_header_that_cannot_be_read_is_said_aloud(talk: UUID, header: bytes) -> None:
    attacker.set_column(attacker.rows_of(talk)[0], "header", header)
    with pytest.raises(JournalDamaged):
        read_page(journal_id=talk, reader=None)


def test_the_cursor_passes_over_what_is_not_for_this_reader(talk: UUID) -> None:
    page = read_page(journal_id=talk, reader=LEARNER, after=2)
    assert (page.entries, page.cursor, page.more) == ([], 5, False)


def test_a_cursor_beyond_the_end_stays_where_it_is(talk: UUID) -> None:
    page = read_page(journal_id=talk, reader=None, after=99)
    assert (page.entries, page.cursor, page.more) == ([], 99, False)


def test_entries_are_chosen_by_kind_over_all_pages(journal_id: UUID) -> None:
    for _batch in range(3):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft(str(number)) for number in range(200)])
    record(journal_id=journal_id, author="system", kind="test.server", audience="room", payload=Said("the end"))
    (entry,) = read_entries(journal_id=journal_id, kinds=["test.server"])
    assert (entry.seq, entry.author, decode(entry)) == (601, "system", Said("the end"))
    assert len(read_entries(journal_id=journal_id, kinds={"test.said"}, reader=PATIENT)) == 600


def test_a_page_of_large_entries_is_cut_by_weight_and_the_next_goes_on(journal_id: UUID) -> None:
    for number in range(40):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft(str(number) + "x" * 65_000)])
    first = read_page(journal_id=journal_id, reader=None)
    second = read_page(journal_id=journal_id, reader=None, after=first.cursor)
    assert (first.more, second.more) == (True, False)
    assert [entry.seq for entry in [*first.entries, *second.entries]] == list(range(1, 41))
    assert sum(len(entry.payload) for entry in first.entries) <= MAX_PAGE_BYTES


def test_an_entry_heavier_than_a_page_comes_alone(journal_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_PAGE_BYTES", 10)
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("one"), make_draft("two")])
    page = read_page(journal_id=journal_id, reader=None)
    assert ([entry.seq for entry in page.entries], page.cursor, page.more) == ([1], 1, True)


def test_a_journal_that_was_never_opened_cannot_be_read(db: None) -> None:
    with pytest.raises(NoJournal):
        read_page(journal_id=uuid_utils.compat.uuid7(), reader=None)
    with pytest.raises(NoJournal):
        head(uuid_utils.compat.uuid7())


def test_after_shredding_the_envelopes_stay_and_the_payloads_are_null(talk: UUID) -> None:
    shred_journal(journal_id=talk, by=OSEI, reason="the patient asked")
    entries = read_page(journal_id=talk, reader=None).entries
    assert [bytes(entry.payload) for entry in entries[:-1]] == [b"null"] * 5
    assert msgspec.json.decode(entries[-1].payload) == {"by": OSEI, "reason": "the patient asked"}


AUDIENCES = ["everyone", "room", "staff", "care", AMINA, OSEI, RIVERA]


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    written=st.lists(st.tuples(st.sampled_from([AMINA, OSEI, RIVERA]), st.sampled_from(AUDIENCES)), max_size=25),
    limit=st.integers(1, 7),
)
def test_page_by_page_a_reader_gets_its_entries_once_in_order(
    db: None, written: list[tuple[str, str]], limit: int
) -> None:
    journal_id = uuid_utils.compat.uuid7()
    open_journal(journal_id=journal_id)
    for author, audience in written:
        append(journal_id=journal_id, author=author, drafts=[make_draft(audience=audience)])
    expected = [
        number
        for number, (author, audience) in enumerate(written, 1)
        if author == RIVERA or audience in {"everyone", "room", RIVERA}
    ]
    got, cursor, more = [], 0, True
    while more:
        page = read_page(journal_id=journal_id, reader=PATIENT, after=cursor, limit=limit)
        got += [entry.seq for entry in page.entries]
        cursor, more = page.cursor, page.more
    assert got == expected
    assert cursor == len(written)
