"""One encounter at a time: a transaction that holds the lock of the encounter's journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import OperationalError, transaction

from farward.journal.errors import JournalUnavailable
from farward.journal.models import Journal


@contextmanager
def locked(encounter_id: UUID) -> Iterator[None]:
    """A transaction in which nobody else changes this encounter.

    Entries recorded inside take the same lock again, which is free. On SQLite the immediate transaction is the lock.

    Raises:
        JournalUnavailable: the database would not take it. Nothing was written.
    """
    try:
        with transaction.atomic():
            Journal.objects.select_for_update().filter(pk=encounter_id).values_list("pk").first()
            yield
    except OperationalError as error:
        raise JournalUnavailable(str(error)) from error
