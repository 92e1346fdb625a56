"""The verbs that change a journal: open, append, record, close, shred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.journal import storage
from farward.journal.checkpoints import sign_checkpoint_or_log
from farward.journal.entries import Shredded
from farward.journal.errors import JournalUnavailable, NoJournal
from farward.journal.intake import new_draft
from farward.journal.ledgers import is_ledger
from farward.journal.models import Journal
from farward.journal.signals import appended
from farward.journal.types import Accepted, AppendResult, Draft, Refusal, Refused
from farward.journal.writing import Admit, Writer
from farward.vault.keys import create_keys, destroy_keys

_writing: ContextVar[frozenset[UUID]] = ContextVar("journals_being_written", default=frozenset())


def open_journal(*, journal_id: UUID) -> None:
    """Make the journal and its keys. Opening it again changes nothing."""
    with _database_errors():
        if Journal.objects.filter(pk=journal_id).exists():
            return
        create_keys(journal_id)
        Journal.objects.bulk_create([Journal(pk=journal_id)], ignore_conflicts=True)


def append(
    *,
    journal_id: UUID,
    author: str,
    drafts: Sequence[Draft | Refusal],
    admit: Admit | None = None,
    from_device: bool = True,
    fresh: bool = False,
    now: datetime | None = None,
) -> AppendResult:
    """Add a batch of one author's drafts. Each is taken or refused by itself; what was sent before is not added again.

    `admit` is called inside the transaction, in order, for each new draft that is well-formed. It may raise `Refused`
    before it changes anything, and otherwise writes what is derived from the entry. It must not append to this journal.

    `fresh`: the ids were made just now, so nothing was sent before.

    Raises:
        JournalUnavailable: the database would not take it. Nothing was written, projections included.
    """

    def attempt() -> AppendResult:
        with transaction.atomic():
            head = storage.read_head(journal_id, lock=True)
            if head is None:
                return _refuse_all(drafts)
            known = {} if fresh else _sent_before(drafts)
            writer = Writer(journal_id, author, head, known, now or timezone.now(), from_device, admit)
            writer.take(drafts)
            _write(writer)
        return AppendResult(writer.accepted, writer.refused, writer.seq)

    with _database_errors(), _alone(journal_id):
        try:
            return attempt()
        except IntegrityError:
            # Another journal took one of the ids since we looked. Now the look finds it.
            return attempt()


def record(
    *, journal_id: UUID, author: str, kind: str, audience: str, payload: msgspec.Struct, admit: Admit | None = None
) -> Accepted:
    """Add one entry that the server itself writes. Raises Refused, JournalUnavailable."""
    draft = new_draft(kind=kind, audience=audience, payload=payload)
    result = append(journal_id=journal_id, author=author, drafts=[draft], admit=admit, from_device=False, fresh=True)
    for refusal in result.refused:
        raise Refused(refusal.code, refusal.message)
    return result.accepted[0]


def close_journal(*, journal_id: UUID) -> None:
    """Take only entries of kinds allowed after the end from now on. Raises NoJournal, JournalUnavailable."""
    with _database_errors(), transaction.atomic():
        head = _lock(journal_id)
        if not head.closed:
            Journal.objects.filter(pk=journal_id).update(closed_at=timezone.now())
            transaction.on_commit(sign_checkpoint_or_log)


def shred_journal(*, journal_id: UUID, by: str, reason: str) -> None:
    """Erase the content for good by throwing its keys away; the chain stays and says by whom and why.

    `reason` stays readable: it must not repeat what is erased. Raises NoJournal, JournalUnavailable.
    """
    with _database_errors(), transaction.atomic():
        if not _lock(journal_id).shredded:
            payload = Shredded(by=by, reason=reason)
            record(journal_id=journal_id, author=by, kind="shredded", audience="everyone", payload=payload)
            Journal.objects.filter(pk=journal_id).update(shredded_at=timezone.now())
            transaction.on_commit(sign_checkpoint_or_log)
        # Also the second time: a process that died between the two commits left the keys behind.
        transaction.on_commit(partial(destroy_keys, journal_id))


def _write(writer: Writer) -> None:
    if not writer.rows:
        return
    storage.insert(writer.rows)
    storage.advance(writer.journal_id, writer.seq, writer.digest)
    # Nobody waits at a ledger: ringing would cost each page that is recorded.
    if not is_ledger(writer.journal_id):
        ring = partial(appended.send_robust, sender=Journal, journal_id=writer.journal_id, seq=writer.seq)
        transaction.on_commit(ring, robust=True)


def _sent_before(drafts: Sequence[Draft | Refusal]) -> dict[UUID, storage.Known]:
    return storage.find_known([draft.id for draft in drafts if isinstance(draft, Draft)])


def _refuse_all(drafts: Sequence[Draft | Refusal]) -> AppendResult:
    message = _("There is no such encounter.")
    refused = [
        draft if isinstance(draft, Refusal) else Refusal(index, draft.id, "no_journal", message)
        for index, draft in enumerate(drafts)
    ]
    return AppendResult([], refused, 0)


def _lock(journal_id: UUID) -> storage.Head:
    head = storage.read_head(journal_id, lock=True)
    if head is None:
        raise NoJournal(journal_id)
    return head


@contextmanager
def _alone(journal_id: UUID) -> Iterator[None]:
    """Stops an `admit` that appends to the journal being written: both would take the same place in the chain."""
    busy = _writing.get()
    if journal_id in busy:
        raise RuntimeError("an admit callback must not append to its own journal")
    token = _writing.set(busy | {journal_id})
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise JournalUnavailable(str(error)) from error
