"""Whether the journals are what was written: every digest computed anew and held against what was signed.

It needs no keys. Where the master keys are at hand the payloads are opened too, which finds a forged entry even after
the last checkpoint. It only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext as _

from farward.environment import SettingError
from farward.journal import storage
from farward.journal.chain import GENESIS, OPEN, VERSION, BadHeader, Header, decode_header, digest_of, encode_header
from farward.journal.history import History, read_history
from farward.journal.ledgers import SCHOOL, encounter_of, is_ledger, ledger_of
from farward.journal.models import Entry, Journal
from farward.journal.registry import UnknownKind, get_kind
from farward.vault.errors import KeyGone, SealBroken, UnknownMaster
from farward.vault.keys import DataKey, data_key
from farward.vault.masters import masters
from farward.vault.models import WrappedKey

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `journal_id` is the encounter's id; null where it is about the checkpoints."""

    journal_id: UUID | None
    seq: int | None
    entry_id: UUID | None
    what: str

    def __str__(self) -> str:
        place = [_place(self.journal_id)]
        if self.seq is not None:
            place.append(f"entry {self.seq}" + (f" ({self.entry_id})" if self.entry_id else ""))
        return f"{', '.join(place)}: {self.what}"


def _place(journal_id: UUID | None) -> str:
    if journal_id is None:
        return "checkpoints"
    if journal_id == SCHOOL:
        return "access records of the school"
    return (
        f"access records of encounter {encounter_of(journal_id)}"
        if is_ledger(journal_id)
        else f"encounter {journal_id}"
    )


@dataclass(slots=True)
class Report:
    """What a verification looked at and found: `journals` of encounters, `ledgers` of access records.

    `notes` say what it could not look at.
    """

    journals: int = 0
    entries: int = 0
    ledgers: int = 0
    accesses: int = 0
    checkpoints: int = 0
    last_checkpoint: datetime | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


class _Wrong(Exception):
    """The first thing wrong with a journal."""

    def __init__(self, what: str, seq: int | None = None, entry_id: UUID | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.seq = seq
        self.entry_id = entry_id


def verify(journal_id: UUID | None = None, *, open_payloads: bool = True) -> Report:
    """Check one encounter's journal and ledger, or all there are, and the checkpoints.

    Each journal is reported with the first thing wrong in it.
    """
    report = Report()
    opening = open_payloads and _masters_at_hand(report)
    history = read_history()
    report.checkpoints, report.last_checkpoint = history.count, history.last_at
    report.notes += history.notes
    report.findings += [Finding(None, None, None, wrong) for wrong in history.wrongs]
    seen = set[UUID]()
    for journal in _journals(journal_id):
        seen.add(journal.pk)
        if is_ledger(journal.pk):
            report.ledgers += 1
        else:
            report.journals += 1
        try:
            _Verifier(journal, history, opening).run(report)
        except _Wrong as wrong:
            report.findings.append(Finding(journal.pk, wrong.seq, wrong.entry_id, wrong.what))
    wanted = (
        history.heads.keys() if journal_id is None else {journal_id} | history.heads.keys() & {ledger_of(journal_id)}
    )
    for missing in sorted(wanted - seen):
        report.findings.append(Finding(missing, None, None, _("the whole journal is missing")))
    if journal_id is None:
        report.findings += _orphans(seen)
    return report


def _masters_at_hand(report: Report) -> bool:
    try:
        masters()
    except SettingError as error:
        report.notes.append(_("Payloads were not opened: %(why)s") % {"why": error})
        return False
    return True


def _journals(journal_id: UUID | None) -> Iterator[Journal]:
    found = Journal.objects.order_by("pk")
    if journal_id is not None:
        found = found.filter(pk__in=[journal_id, ledger_of(journal_id)])
    return found.iterator(chunk_size=_CHUNK)


def _orphans(seen: set[UUID]) -> list[Finding]:
    homes = Entry.objects.order_by("journal_id").values_list("journal_id", flat=True).distinct()
    return [Finding(home, None, None, _("entries without a journal")) for home in homes if home not in seen]


class _Verifier:
    """Walks one journal from its first entry to its head."""

    def __init__(self, journal: Journal, history: History, opening: bool) -> None:
        self.journal = journal
        self.signed = history.heads.get(journal.pk, {})
        self.opening = opening and journal.shredded_at is None
        self.digest = GENESIS
        self.seq = 0
        self.shredded = False
        self._keys: dict[str, DataKey] = {}

    def run(self, report: Report) -> None:
        """Raises _Wrong at the first thing that is."""
        for row in storage.read_rows(self.journal.pk, chunk=_CHUNK):
            if is_ledger(row.journal_id):
                report.accesses += 1
            else:
                report.entries += 1
            if row.seq > self.journal.seq:
                raise _Wrong(_("was added after the journal's head"), row.seq, row.id)
            self._check(row)
        self._check_end()

    def _check(self, row: storage.Row) -> None:
        if row.seq != self.seq + 1:
            raise _Wrong(_("is missing"), self.seq + 1)
        header = self._header(row)
        digest = digest_of(row.header, row.nonce, row.ciphertext)
        if digest != row.digest:
            raise _Wrong(_("its content was changed"), row.seq, row.id)
        if header.prev != self.digest.hex():
            raise _Wrong(_("does not follow the entry before it"), row.seq, row.id)
        self._check_payload(row, header)
        signed = self.signed.get(row.seq)
        if signed is not None and signed.digest != digest.hex():
            raise _Wrong(
                _("is not what was signed on %(at)s: it, or one before it, was rewritten")
                % {"at": signed.at.isoformat(timespec="seconds")},
                row.seq,
                row.id,
            )
        self.digest, self.seq = digest, row.seq
        self.shredded = self.shredded or row.kind == "shredded"

    def _header(self, row: storage.Row) -> Header:
        try:
            header = decode_header(row.header)
        except BadHeader:
            raise _Wrong(_("its header is damaged"), row.seq, row.id) from None
        if header.v != VERSION or encode_header(header) != row.header:
            raise _Wrong(_("its header is not in its canonical form"), row.seq, row.id)
        for name in ("journal_id", "seq", "id", "kind", "author", "audience"):
            if getattr(header, name.removesuffix("_id")) != getattr(row, name):
                raise _Wrong(_("its %(column)s was changed") % {"column": name}, row.seq, row.id)
        return header

    def _check_payload(self, row: storage.Row, header: Header) -> None:
        if header.lane == OPEN:
            if _is_sealed(header.kind):
                raise _Wrong(_("is not sealed"), row.seq, row.id)
            return
        if not self.opening:
            return
        try:
            self._key(header.lane).aead.decrypt(row.nonce, row.ciphertext, row.header)
        except (InvalidTag, ValueError):
            raise _Wrong(_("was not written by Farward: its seal does not open"), row.seq, row.id) from None
        except (KeyGone, UnknownMaster, SealBroken) as error:
            raise _Wrong(_("cannot be opened: %(why)s") % {"why": error}, row.seq, row.id) from None

    def _key(self, lane: str) -> DataKey:
        if lane not in self._keys:
            self._keys[lane] = data_key(self.journal.pk, lane)
        return self._keys[lane]

    def _check_end(self) -> None:
        if self.seq < self.journal.seq:
            raise _Wrong(_("is missing at the end"), self.seq + 1)
        for seq, signed in self.signed.items():
            if seq > self.seq:
                at = signed.at.isoformat(timespec="seconds")
                raise _Wrong(_("is missing: the journal was cut. It was signed on %(at)s") % {"at": at}, self.seq + 1)
        if bytes(self.journal.head) != self.digest:
            raise _Wrong(_("the head does not name the last entry"), self.seq or None)
        if self.shredded != (self.journal.shredded_at is not None):
            raise _Wrong(_("the erasure and its entry do not agree"))
        if self.shredded and WrappedKey.objects.filter(owner=self.journal.pk).exists():
            raise _Wrong(_("was erased, but its keys are still there: erase it again"))


def _is_sealed(kind: str) -> bool:
    try:
        return get_kind(kind).sealed
    except UnknownKind:
        return True
