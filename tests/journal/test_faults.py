"""A database that is locked or full: nothing half-written, a clear error, and the next append goes on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any
from uuid import UUID

import msgspec
import pytest
import uuid_utils.compat
from django.db import connection, connections

from farward.journal.actions import append, close_journal, open_journal, record
from farward.journal.errors import JournalUnavailable, NoJournal
from farward.journal.models import Journal
from farward.journal.queries import decode, head, read_entries
from farward.journal.types import Draft
from farward.journal.verification import verify
from tests.journal.support import AMINA, OSEI, Said, make_draft

FullDisk = Callable[[], AbstractContextManager[None]]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def journal_id(transactional_db: None) -> UUID:
    made = uuid_utils.compat.uuid7()
    open_journal(journal_id=made)
    return made


@contextmanager
def locked(journal_id: UUID) -> Iterator[None]:
    """Somebody else holds the journal, and we wait only a moment for them."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other, short_patience("PRAGMA busy_timeout"):
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with closing(another_connection()) as other, short_patience("SET lock_timeout"):
            other.execute("SELECT * FROM journal_journal WHERE id = %s FOR UPDATE", [journal_id])
            yield


@contextmanager
def short_patience(setting: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"{setting} = 100")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"{setting} = 20000")


def another_connection() -> Any:
    import psycopg

    parameters = connection.get_connection_params()
    return psycopg.connect(**{name: parameters[name] for name in ("dbname", "user", "host", "port")})


def test_while_the_database_is_locked_an_append_fails_clearly_and_later_goes_on(journal_id: UUID) -> None:
    draft = make_draft("said meanwhile")
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("before")])
    with locked(journal_id), pytest.raises(JournalUnavailable) as failure:
        append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert failure.value.__cause__ is not None
    assert head(journal_id) == 1
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert [decode(entry) for entry in read_entries(journal_id=journal_id)] == [Said("before"), Said("said meanwhile")]
    assert verify(journal_id).ok


@pytest.fixture
def full_disk() -> FullDisk:
    """A switch that lets the database file grow no more."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told that its disk is full")

    @contextmanager
    def fill() -> Iterator[None]:
        with connection.cursor() as cursor:
            # Without this the free pages that other tests left behind would be used first.
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    return fill


def test_on_a_full_disk_an_append_leaves_nothing_and_later_goes_on(journal_id: UUID, full_disk: FullDisk) -> None:
    batch = [make_draft("x" * 4000) for _ in range(50)]
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("before")])
    with full_disk(), pytest.raises(JournalUnavailable, match="full"):
        append(journal_id=journal_id, author=AMINA, drafts=batch)
    assert head(journal_id) == 1
    assert len(read_entries(journal_id=journal_id)) == 1
    assert append(journal_id=journal_id, author=AMINA, drafts=batch).head == 51
    assert verify(journal_id).ok


def test_on_a_full_disk_projections_fall_with_their_entries(journal_id: UUID, full_disk: FullDisk) -> None:
    other = uuid_utils.compat.uuid7()

    def admit(draft: Draft, payload: msgspec.Struct) -> None:
        Journal.objects.get_or_create(pk=other)

    with full_disk(), pytest.raises(JournalUnavailable):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft("x" * 60000)], admit=admit)
    assert not Journal.objects.filter(pk=other).exists()


def test_many_writers_at_once_leave_no_gap_and_lose_nothing(journal_id: UUID) -> None:
    taken: list[UUID] = []

    def write(author: str) -> None:
        try:
            for _batch in range(10):
                drafts = [make_draft(f"{author} {number}") for number in range(4)]
                for _sending in range(2):
                    result = append(journal_id=journal_id, author=author, drafts=drafts)
                taken.extend(one.id for one in result.accepted)
        finally:
            connections.close_all()

    together(write, [f"seat:{uuid_utils.compat.uuid7()}" for _ in range(6)])
    entries = read_entries(journal_id=journal_id)
    assert [entry.seq for entry in entries] == list(range(1, 241))
    assert {entry.id for entry in entries} == set(taken)
    assert verify(journal_id).ok


def test_two_journals_that_race_for_one_id_leave_it_to_one_of_them(journal_id: UUID) -> None:
    homes = [journal_id, uuid_utils.compat.uuid7()]
    open_journal(journal_id=homes[1])
    contested = [make_draft(str(number)) for number in range(30)]

    def write(home: str) -> None:
        try:
            for draft in contested:
                append(journal_id=UUID(home), author=AMINA, drafts=[draft, make_draft("own")])
        finally:
            connections.close_all()

    together(write, [str(home) for home in homes])
    assert sum(head(home) for home in homes) == 90
    assert all(verify(home).ok for home in homes)


def test_the_close_and_a_last_word_at_the_same_time_are_one_before_the_other(journal_id: UUID) -> None:
    def act(who: str) -> None:
        try:
            if who == OSEI:
                close_journal(journal_id=journal_id)
            else:
                outcomes.append(append(journal_id=journal_id, author=who, drafts=[make_draft("last word")]).head)
        finally:
            connections.close_all()

    outcomes: list[int] = []
    together(act, [AMINA, OSEI])
    assert outcomes == [head(journal_id)]
    assert verify(journal_id).ok


def test_opening_the_same_journal_in_many_threads_makes_one(transactional_db: None) -> None:
    contested = uuid_utils.compat.uuid7()

    def start(author: str) -> None:
        try:
            open_journal(journal_id=contested)
            record(journal_id=contested, author=author, kind="test.server", audience="room", payload=Said(author))
        finally:
            connections.close_all()

    together(start, ["seat:1", "seat:2", "seat:3", "seat:4"])
    assert {decode(entry) for entry in read_entries(journal_id=contested)} == {Said(f"seat:{n}") for n in range(1, 5)}


def test_closing_what_was_never_opened_is_said_clearly(transactional_db: None) -> None:
    with pytest.raises(NoJournal):
        close_journal(journal_id=uuid_utils.compat.uuid7())


def together(work: Any, arguments: list[str]) -> None:
    """Run the same work in threads that start at the same moment; the first error of any is ours."""
    errors: list[BaseException] = []
    gate = threading.Barrier(len(arguments))

    def run(argument: str) -> None:
        gate.wait()
        try:
            work(argument)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
