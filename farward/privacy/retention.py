"""How long access records are kept: six years at least, and then no longer than the school wants."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.journal.actions import shred_journal
from farward.journal.ledgers import SCHOOL, is_ledger
from farward.journal.models import Entry, Journal

from .models import KEPT_FOR, AccessRecord, BrokenGlass, Flag, TooYoung

__all__ = ["TooYoung", "forget_accesses"]


def forget_accesses(*, before: datetime, by: str) -> int:
    """Forget what was accessed before a moment: its lines, and the content of ledgers that are all older.

    The chains stay, so that what is left can still be checked. Returns how many lines there were.

    Raises:
        TooYoung: the moment lies less than six years back. Nothing was forgotten.
    """
    if before > timezone.now() - KEPT_FOR:
        raise TooYoung(_("Access records are kept for six years. Choose an earlier day."))
    with transaction.atomic():
        BrokenGlass.objects.filter(opened_at__lt=before).delete()
        Flag.objects.filter(raised_at__lt=before).delete()
        forgotten, _models = AccessRecord.objects.filter(at__lt=before).delete()
    for ledger in _all_older(before):
        shred_journal(journal_id=ledger.pk, by=by, reason="kept for six years")
    return forgotten


def _all_older(before: datetime) -> list[Journal]:
    """Ledgers of encounters in which nothing younger stands. An entry's line goes only by its age, so lines tell."""
    old = Journal.objects.filter(shredded_at=None, opened_at__lt=before).exclude(pk=SCHOOL)
    return [journal for journal in old if is_ledger(journal.pk) and not _has_younger(journal)]


def _has_younger(journal: Journal) -> bool:
    newest = Entry.objects.filter(journal=journal, kind="access").order_by("-seq").values_list("id", flat=True).first()
    return newest is not None and AccessRecord.objects.filter(entry=newest).exists()
