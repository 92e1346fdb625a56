"""The owner of the database with ill intent: edits rows by SQL, behind the application's back and without its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from farward.journal.chain import GENESIS, decode_header, digest_of, encode_header
from farward.journal.storage import INSERT, Row, read_rows


def sql(statement: str, *params: Any) -> None:
    """Run one statement on the database."""
    native = connection.features.has_native_uuid_field
    values = [one.hex if isinstance(one, UUID) and not native else one for one in params]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows_of(journal_id: UUID) -> list[Row]:
    """The journal's entries as the table holds them."""
    return list(read_rows(journal_id, chunk=1000))


def set_column(row: Row, column: str, value: Any) -> None:
    """Change one column of one entry."""
    sql(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, row.id)


def remove(row: Row) -> None:
    """Delete one entry."""
    sql("DELETE FROM journal_entry WHERE id = %s", row.id)


def add(row: Row) -> None:
    """Insert one entry."""
    sql(INSERT, *row)


def set_head(journal_id: UUID, seq: int, digest: bytes) -> None:
    """Make the journal's head say something else."""
    sql("UPDATE journal_journal SET seq = %s, head = %s WHERE id = %s", seq, digest, journal_id)


def cut(journal_id: UUID, keep: int) -> None:
    """Cut the end off and make the head agree."""
    rows = rows_of(journal_id)
    for row in rows[keep:]:
        remove(row)
    set_head(journal_id, keep, rows[keep - 1].digest if keep else GENESIS)


def rewrite(journal_id: UUID, change: Callable[[list[Row]], list[Row]]) -> None:
    """Rewrite the whole journal so that every number, header, digest and the head agree with each other again."""
    rows = rows_of(journal_id)
    sql("DELETE FROM journal_entry WHERE journal_id = %s", journal_id)
    digest, seq = GENESIS, 0
    for row in change(rows):
        seq += 1
        header = encode_header(
            msgspec.structs.replace(
                decode_header(row.header), journal=journal_id, seq=seq, id=row.id, kind=row.kind, author=row.author,
                audience=row.audience, prev=digest.hex(),
            )
        )  # fmt: skip
        digest = digest_of(header, row.nonce, row.ciphertext)
        add(row._replace(journal_id=journal_id, seq=seq, header=header, digest=digest))
    set_head(journal_id, seq, digest)
