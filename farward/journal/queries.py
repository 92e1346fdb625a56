"""What readers ask of a journal."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from itertools import accumulate
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import InterfaceError, OperationalError

from farward.journal import storage
from farward.journal.chain import OPEN, BadHeader, Envelope, decode_envelopes
from farward.journal.errors import JournalDamaged, JournalUnavailable, NoJournal
from farward.journal.registry import get_kind
from farward.journal.types import Page, ReadEntry, Reader
from farward.vault.errors import KeyGone
from farward.vault.keys import data_key

log = logging.getLogger(__name__)

_NULL = msgspec.Raw(b"null")
_PAGE = 500

#: What the payloads of one page may weigh, however few entries that is.
MAX_PAGE_BYTES = 2 * 1024 * 1024


def head(journal_id: UUID) -> int:
    """The `seq` of the last entry. Raises NoJournal, JournalUnavailable."""
    return _head(journal_id).seq


def read_page(*, journal_id: UUID, reader: Reader | None, after: int = 0, limit: int = _PAGE) -> Page:
    """The entries after a cursor that this reader may see, in order. No reader: the server itself, which sees all.

    Raises:
        NoJournal: no journal of that id was opened.
        JournalUnavailable: the database would not answer.
        JournalDamaged: an entry's header cannot be read.
    """
    return _read(journal_id, reader, after, limit, kinds=())


def read_entries(*, journal_id: UUID, kinds: Collection[str] = (), reader: Reader | None = None) -> list[ReadEntry]:
    """All entries of these kinds, or of every kind. Raises as `read_page` does."""
    entries: list[ReadEntry] = []
    cursor, more = 0, True
    while more:
        page = _read(journal_id, reader, cursor, _PAGE, kinds)
        entries += page.entries
        cursor, more = page.cursor, page.more
    return entries


def find_entries(ids: Collection[UUID]) -> dict[UUID, ReadEntry]:
    """These entries, in whatever journal they stand, for the server itself.

    Raises:
        JournalUnavailable: the database would not answer.
        JournalDamaged: an entry's header cannot be read.
    """
    try:
        known = storage.find_known(list(ids))
    except (OperationalError, InterfaceError) as error:
        raise JournalUnavailable(str(error)) from error
    found: dict[UUID, ReadEntry] = {}
    for journal_id in {one.journal_id for one in known.values()}:
        rows = [one.sealed[:] for one in known.values() if one.journal_id == journal_id]
        entries = _open(journal_id, None, _head(journal_id), rows, _envelopes(journal_id, rows))
        found |= {entry.id: entry for entry in entries}
    return found


def decode(entry: ReadEntry) -> msgspec.Struct:
    """The payload by its kind's schema. Raises UnknownKind, and msgspec.ValidationError once its key is thrown away."""
    return msgspec.json.decode(entry.payload, type=get_kind(entry.kind).payload)


def _head(journal_id: UUID) -> storage.Head:
    try:
        found = storage.read_head(journal_id)
    except (OperationalError, InterfaceError) as error:
        raise JournalUnavailable(str(error)) from error
    if found is None:
        raise NoJournal(journal_id)
    return found


def _read(journal_id: UUID, reader: Reader | None, after: int, limit: int, kinds: Collection[str]) -> Page:
    # The head first: entries up to it are all there, so the cursor may pass over those not for this reader.
    at = _head(journal_id)
    where, params = _narrow(reader, kinds)
    try:
        found = storage.read_after(journal_id, after, at.seq, where=where, params=params, limit=limit)
    except (OperationalError, InterfaceError) as error:
        raise JournalUnavailable(str(error)) from error
    rows = _fitting(found)
    envelopes = _envelopes(journal_id, rows)
    more = (len(rows) < len(found) or len(found) == limit) and envelopes[-1].seq < at.seq
    cursor = envelopes[-1].seq if more else max(at.seq, after)
    return Page(_open(journal_id, reader, at, rows, envelopes), cursor, more)


def _fitting(rows: list[storage.SealedRow]) -> list[storage.SealedRow]:
    """As many of the rows as one page may weigh, and at least one."""
    if sum(len(row[2]) for row in rows) <= MAX_PAGE_BYTES:
        return rows
    weights = accumulate(len(row[2]) for row in rows)
    return rows[: max(1, sum(1 for weight in weights if weight <= MAX_PAGE_BYTES))]


def _narrow(reader: Reader | None, kinds: Collection[str]) -> tuple[str, list[str]]:
    where, params = "", list[str]()
    if reader is not None:
        audiences = [*reader.audiences, reader.author]
        where += f" AND (author = %s OR audience IN ({_marks(audiences)}))"
        params += [reader.author, *audiences]
    if kinds:
        where += f" AND kind IN ({_marks(kinds)})"
        params += kinds
    return where, params


def _marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _envelopes(journal_id: UUID, rows: Sequence[storage.SealedRow]) -> list[Envelope]:
    try:
        return decode_envelopes([row[0] for row in rows])
    except BadHeader:
        raise JournalDamaged(journal_id) from None


def _open(
    journal_id: UUID, reader: Reader | None, at: storage.Head, rows: Sequence[storage.SealedRow], found: list[Envelope]
) -> list[ReadEntry]:
    keys = _keys(journal_id, at, {envelope.lane for envelope in found})
    entries = []
    for e, row in zip(found, rows, strict=True):
        if reader is not None and not _may_read(reader, e):
            continue
        key = keys[e.lane]
        try:
            payload = msgspec.Raw(key.decrypt(row[1], row[2], row[0])) if key else _unsealed(e, row)
        except (InvalidTag, ValueError):
            log.error("entry %s of journal %s does not open: run `farward journal verify`", e.seq, journal_id)
            payload = _NULL
        entries.append(ReadEntry(e.seq, e.id, e.kind, e.author, e.audience, e.at, e.received, payload))
    return entries


def _may_read(reader: Reader, envelope: Envelope) -> bool:
    # The columns chose the row, but only the header is sealed: a changed column must not widen an audience.
    audience = envelope.audience
    return reader.author in {envelope.author, audience} or audience in reader.audiences


def _keys(journal_id: UUID, at: storage.Head, lanes: set[str]) -> dict[str, AESGCM | None]:
    keys: dict[str, AESGCM | None] = dict.fromkeys(lanes)
    if not at.shredded:
        for lane in lanes - {OPEN}:
            with suppress(KeyGone):
                keys[lane] = data_key(journal_id, lane, known_live=True).aead
    return keys


def _unsealed(envelope: Envelope, row: storage.SealedRow) -> msgspec.Raw:
    """The payload of an entry that was never sealed, and null for one whose key is gone."""
    return msgspec.Raw(row[2]) if envelope.lane == OPEN else _NULL
