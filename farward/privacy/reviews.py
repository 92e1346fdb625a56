"""The review queue: raising a signal, and marking it off with a word that stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.journal.actions import open_journal, record
from farward.journal.ledgers import SCHOOL, ledger_of
from farward.journal.types import Draft
from farward.people.models import User

from .entries import OFFICERS, AccessReviewed
from .models import Flag
from .words import Signal, Verdict

MOST_LETTERS = 1000


class ReviewRefused(Exception):
    """A signal was not marked off. `code` never changes; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def raise_flag(*, signal: Signal, user_id: UUID, encounter: UUID | None, entry: UUID, at: datetime) -> None:
    """Put a signal into the queue. The same one on the same day is there already."""
    flag = Flag(signal=signal, user_id=user_id, encounter=encounter, day=at.date(), entry=entry, raised_at=at)
    Flag.objects.bulk_create([flag], ignore_conflicts=True)


def review_flag(*, by: User, flag: Flag, verdict: str, word: str) -> None:
    """Mark a signal off. Nobody marks off their own, and none is marked off twice.

    Raises:
        ReviewRefused: own, done, no_verdict, no_word.
    """
    word = " ".join(word.split())[:MOST_LETTERS]
    if verdict not in Verdict.values:
        raise ReviewRefused("no_verdict", _("Choose what you found."))
    if not word:
        raise ReviewRefused("no_word", _("Write a word on what you found, so that others can follow it."))
    with transaction.atomic():
        found = Flag.objects.select_for_update().get(pk=flag.pk)
        if found.user_id == by.pk:
            raise ReviewRefused("own", _("This one is about you. Another privacy officer must look at it."))
        if found.verdict:
            raise ReviewRefused("done", _("Somebody has marked this off already."))
        _write(by, found, verdict, word)


def _write(by: User, flag: Flag, verdict: str, word: str) -> None:
    payload = AccessReviewed(
        signal=flag.signal, access=flag.entry, user=flag.user_id, encounter=flag.encounter, verdict=verdict, word=word
    )

    def admit(draft: Draft, _payload: msgspec.Struct) -> None:
        Flag.objects.filter(pk=flag.pk).update(
            verdict=verdict, reviewed_by=by, reviewed_at=timezone.now(), review=draft.id
        )

    ledger = SCHOOL if flag.encounter is None else ledger_of(flag.encounter)
    open_journal(journal_id=ledger)
    author = f"user:{by.pk}"
    record(journal_id=ledger, author=author, kind="access.reviewed", audience=OFFICERS, payload=payload, admit=admit)
