"""The journal's own SQL. Appending and reading are the hot paths, so they speak to the driver's cursor directly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from farward.journal.models import Entry, Journal

_JOURNAL = Journal._meta.db_table
_ENTRY = Entry._meta.db_table

COLUMNS = "id, journal_id, seq, kind, author, audience, header, nonce, ciphertext, digest"
INSERT = f"INSERT INTO {_ENTRY} ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_HEAD = f"SELECT seq, head, closed_at, shredded_at FROM {_JOURNAL} WHERE id = %s"  # noqa: S608
_ADVANCE = f"UPDATE {_JOURNAL} SET seq = %s, head = %s WHERE id = %s"  # noqa: S608
_SAME_IDS = f"SELECT id, journal_id, seq, author, header, nonce, ciphertext FROM {_ENTRY} WHERE id IN "  # noqa: S608
_AFTER = f"SELECT header, nonce, ciphertext FROM {_ENTRY} WHERE journal_id = %s AND seq > %s AND seq <= %s"  # noqa: S608

_ROWS = f"SELECT {COLUMNS} FROM {_ENTRY} WHERE journal_id = %s AND seq > %s ORDER BY seq LIMIT %s"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands."""

    seq: int
    digest: bytes
    closed: bool
    shredded: bool


class Row(NamedTuple):
    """An entry as the table holds it."""

    id: UUID
    journal_id: UUID
    seq: int
    kind: str
    author: str
    audience: str
    header: bytes
    nonce: bytes
    ciphertext: bytes
    digest: bytes


class Sealed(NamedTuple):
    """What reading one entry needs."""

    header: bytes
    nonce: bytes
    ciphertext: bytes


#: The same as a plain tuple: a page of a thousand is read too often for names.
SealedRow = tuple[bytes, bytes, bytes]


class Known(NamedTuple):
    """An entry found by its id."""

    journal_id: UUID
    seq: int
    author: str
    sealed: Sealed


def read_head(journal_id: UUID, *, lock: bool = False) -> Head | None:
    """The journal's head. With `lock` nobody else appends until the transaction ends.

    On SQLite the immediate transaction is the lock; PostgreSQL locks the row.
    """
    for_update = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD + for_update, [_uuid(journal_id)])
        row = cursor.fetchone()
    return None if row is None else Head(row[0], row[1], row[2] is not None, row[3] is not None)


def find_known(ids: Sequence[UUID]) -> dict[UUID, Known]:
    """Entries that have one of these ids, in any journal."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"{_SAME_IDS}({marks})", [_uuid(value) for value in ids])
        return {
            _as_uuid(row[0]): Known(_as_uuid(row[1]), row[2], row[3], Sealed._make(row[4:]))
            for row in cursor.fetchall()
        }


def insert(rows: Sequence[Row]) -> None:
    """Add entries."""
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows if native else [(row[0].hex, row[1].hex, *row[2:]) for row in rows])


def advance(journal_id: UUID, seq: int, digest: bytes) -> None:
    """Move the head."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [seq, digest, _uuid(journal_id)])


def read_after(
    journal_id: UUID, after: int, until: int, *, where: str = "", params: Sequence[str] = (), limit: int
) -> list[SealedRow]:
    """Entries in order, after one `seq` up to another; `where` narrows them by kind, author or audience."""
    sql = f"{_AFTER}{where} ORDER BY seq LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_uuid(journal_id), after, until, *params, limit])
        rows: list[SealedRow] = cursor.fetchall()
        return rows


def read_rows(journal_id: UUID, *, chunk: int) -> Iterator[Row]:
    """Every entry of a journal in order, as the table holds it, also what should not be there."""
    after = -(2**63)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [_uuid(journal_id), after, chunk])
            rows = [_row(row) for row in cursor.fetchall()]
        yield from rows
        if len(rows) < chunk:
            return
        after = rows[-1].seq


def _row(row: Sequence[Any]) -> Row:
    return Row(_as_uuid(row[0]), _as_uuid(row[1]), *row[2:])


def _uuid(value: UUID) -> UUID | str:
    return value if connection.features.has_native_uuid_field else value.hex


def _as_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
