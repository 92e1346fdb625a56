"""Whether the journals, the ledgers and what screens show of the ledgers are what was written.

The chain shows that no entry of a ledger was changed. Screens read lines derived from it, and a line that is taken away
there would hide an access just as well: so every line is held against its entry, and every entry against its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.environment import SettingError
from farward.journal.errors import JournalDamaged
from farward.journal.ledgers import SCHOOL, is_ledger, ledger_of
from farward.journal.models import Entry, Journal
from farward.journal.queries import decode, read_entries
from farward.journal.types import ReadEntry
from farward.journal.verification import Finding, Report, verify
from farward.vault.errors import SealBroken, UnknownMaster
from farward.vault.masters import masters

from .accesses import lines_of
from .entries import Accessed, AccessReviewed
from .models import KEPT_FOR, AccessRecord, Flag

FIELDS = ("at", "encounter", "user_id", "seat", "role", "act", "what", "view", "why", "thing", "origin")


def verify_records(journal_id: UUID | None = None, *, open_payloads: bool = True) -> Report:
    """Check as `journal.verification.verify` does, and the lines of access records too."""
    report = verify(journal_id, open_payloads=open_payloads)
    opening = open_payloads and _masters_at_hand()
    ledgers = _ledgers(journal_id)
    if AccessRecord._meta.db_table not in connection.introspection.table_names():
        # A database that was never used for more than journals has none to miss.
        missing = Finding(SCHOOL, None, None, _("everything that screens show of them is missing"))
        report.findings += [missing] if ledgers else []
        return report
    for ledger in ledgers:
        try:
            report.findings += _wrong_in(ledger, opening=opening)
        except (JournalDamaged, UnknownMaster, SealBroken):
            # The chain's own finding says which entry it is.
            continue
    if journal_id is None:
        report.findings += _strays()
    return report


def _masters_at_hand() -> bool:
    try:
        return bool(masters())
    except SettingError:
        return False


def _ledgers(journal_id: UUID | None) -> list[UUID]:
    if journal_id is not None:
        return list(Journal.objects.filter(pk=ledger_of(journal_id)).values_list("pk", flat=True))
    return [pk for pk in Journal.objects.order_by("pk").values_list("pk", flat=True) if is_ledger(pk)]


def _wrong_in(ledger: UUID, *, opening: bool) -> Iterator[Finding]:
    entries = read_entries(journal_id=ledger, kinds=("access", "access.reviewed"))
    accesses = [entry for entry in entries if entry.kind == "access"]
    lines = _lines_by_entry(entry.id for entry in accesses)
    flagged = set(Flag.objects.filter(entry__in=[entry.id for entry in accesses]).values_list("entry", flat=True))
    for entry in accesses:
        wrong = _wrong_with(entry, lines[entry.id], opening=opening, flagged=entry.id in flagged)
        if wrong:
            yield Finding(ledger, entry.seq, entry.id, wrong)
    for entry in entries:
        if entry.kind == "access.reviewed" and opening and not _review_stands(entry):
            yield Finding(ledger, entry.seq, entry.id, _("its review is not what the queue shows"))


def _lines_by_entry(ids: Iterable[UUID]) -> dict[UUID, set[tuple[Any, ...]]]:
    found: dict[UUID, set[tuple[Any, ...]]] = defaultdict(set)
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        rows = AccessRecord.objects.filter(entry__in=wanted[start : start + 500])
        for entry, *values in rows.values_list("entry", *FIELDS):
            found[entry].add(tuple(values))
    return found


def _wrong_with(entry: ReadEntry, lines: set[tuple[Any, ...]], *, opening: bool, flagged: bool) -> str:
    """What is wrong with the lines of one entry; empty where nothing is."""
    if not lines:
        forgotten = entry.at < timezone.now() - KEPT_FOR
        return "" if forgotten else _("its line is missing from what screens show")
    if not opening or entry.erased:
        return ""
    payload = decode(entry)
    if not isinstance(payload, Accessed):
        return _("its content was changed")
    due = {tuple(getattr(line, name) for name in FIELDS) for line in lines_of(entry.id, entry.at, payload)}
    if due != lines:
        return _("its line was changed in what screens show")
    return _("it was taken out of the review queue") if payload.reason and not flagged else ""


def _review_stands(entry: ReadEntry) -> bool:
    if entry.erased or entry.at < timezone.now() - KEPT_FOR:
        return True
    review = decode(entry)
    return isinstance(review, AccessReviewed) and Flag.objects.filter(
        review=entry.id, signal=review.signal, user=review.user, encounter=review.encounter, verdict=review.verdict,
        reviewed_by=UUID(entry.author.removeprefix("user:")),
    ).exists()  # fmt: skip


def _strays() -> list[Finding]:
    """Lines and reviews that no entry stands for."""
    known = Entry.objects.filter(kind__in=("access", "access.reviewed")).values("id")
    stray = set(AccessRecord.objects.exclude(entry__in=known).values_list("entry", flat=True))
    stray |= set(Flag.objects.exclude(verdict="").exclude(review__in=known).values_list("entry", flat=True))
    what = _("the line of %(id)s has no entry")
    return [Finding(SCHOOL, None, entry, what % {"id": entry}) for entry in sorted(stray)]
