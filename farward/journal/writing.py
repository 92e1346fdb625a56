"""One batch on its way into one journal: judged, chained and sealed in memory, then written in one go."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext as _

from farward.journal import storage
from farward.journal.chain import OPEN, VERSION, BadHeader, Header, decode_header, digest_of, encode_header, in_utc
from farward.journal.checks import Checked, check_clock, check_form
from farward.journal.intake import DECODE_ERRORS
from farward.journal.types import MAX_BATCH_ENTRIES, Accepted, Draft, Refusal, Refused
from farward.vault.keys import DataKey, data_key
from farward.vault.masters import NONCE_BYTES

#: Called for each new, valid draft inside the transaction; may raise Refused before it changes anything.
Admit = Callable[[Draft, msgspec.Struct], None]


@dataclass(slots=True)
class Writer:
    """Judges the drafts of one author under the journal's lock and collects what is to be written."""

    journal_id: UUID
    author: str
    head: storage.Head
    known: dict[UUID, storage.Known]
    now: datetime
    from_device: bool
    admit: Admit | None
    rows: list[storage.Row] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    seq: int = field(init=False)
    digest: bytes = field(init=False)
    _keys: dict[str, DataKey] = field(init=False, default_factory=dict)
    _here: dict[UUID, tuple[int, Checked]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.seq = self.head.seq
        self.digest = self.head.digest

    def take(self, drafts: Sequence[Draft | Refusal]) -> None:
        """Judge each draft; a refusal concerns only its own."""
        for index, draft in enumerate(drafts):
            if isinstance(draft, Refusal):
                self.refused.append(draft)
                continue
            try:
                if index >= MAX_BATCH_ENTRIES:
                    raise Refused("batch_too_large", _("A batch holds at most 256 entries. Send the rest in the next."))
                self.accepted.append(self._take(draft))
            except Refused as refusal:
                self.refused.append(Refusal(index, draft.id, refusal.code, refusal.message))

    def _take(self, draft: Draft) -> Accepted:
        checked = check_form(draft, from_device=self.from_device)
        if (earlier := self._earlier(checked)) is not None:
            return Accepted(draft.id, earlier, duplicate=True)
        check_clock(draft, self.now)
        if self.head.shredded:
            raise Refused("shredded", _("The content of this visit was erased. Nothing can be added."))
        if self.head.closed and not checked.kind.after_close:
            raise Refused("journal_closed", _("This visit is closed. This can no longer be added."))
        if self.admit is not None:
            self.admit(draft, checked.payload)
        self._write(checked)
        return Accepted(draft.id, self.seq)

    def _earlier(self, checked: Checked) -> int | None:
        """The `seq` of the same entry sent before. Raises Refused if the id is taken by another."""
        draft = checked.draft
        if (here := self._here.get(draft.id)) is not None:
            seq, first = here
            if _envelope(first.draft) == _envelope(draft) and first.plaintext == checked.plaintext:
                return seq
        elif (known := self.known.get(draft.id)) is None:
            return None
        elif known.journal_id == self.journal_id and known.author == self.author and self._same(checked, known):
            return known.seq
        raise Refused("id_taken", _("Another entry has this id."))

    def _same(self, checked: Checked, known: storage.Known) -> bool:
        try:
            header = decode_header(known.sealed.header)
        except BadHeader:
            return False
        if (header.kind, header.audience, header.at) != _envelope(checked.draft):
            return False
        if self.head.shredded or header.lane == OPEN:
            return True
        try:
            aead = self._key(header.lane).aead
            plaintext = aead.decrypt(known.sealed.nonce, known.sealed.ciphertext, known.sealed.header)
        except InvalidTag:
            return False
        return plaintext == checked.plaintext or _reads_as(plaintext, checked.payload)

    def _write(self, checked: Checked) -> None:
        draft, kind = checked.draft, checked.kind
        lane = str(kind.lane) if kind.sealed else OPEN
        self.seq += 1
        header = encode_header(
            Header(
                VERSION, self.journal_id, self.seq, draft.id, draft.kind, self.author, draft.audience,
                in_utc(draft.at), self.now, lane, self.digest.hex(),
            )
        )  # fmt: skip
        nonce, ciphertext = b"", checked.plaintext
        if kind.sealed:
            nonce = os.urandom(NONCE_BYTES)
            ciphertext = self._key(lane).aead.encrypt(nonce, checked.plaintext, header)
        self.digest = digest_of(header, nonce, ciphertext)
        self.rows.append(
            storage.Row(
                draft.id, self.journal_id, self.seq, draft.kind, self.author, draft.audience,
                header, nonce, ciphertext, self.digest,
            )
        )  # fmt: skip
        self._here[draft.id] = (self.seq, checked)

    def _key(self, lane: str) -> DataKey:
        key = self._keys.get(lane)
        if key is None:
            # The head, read under this transaction's lock, has just said that the keys are live.
            key = self._keys[lane] = data_key(self.journal_id, lane, known_live=True)
        return key


def _envelope(draft: Draft) -> tuple[str, str, datetime]:
    return draft.kind, draft.audience, draft.at


def _reads_as(plaintext: bytes, payload: msgspec.Struct) -> bool:
    try:
        return bool(msgspec.json.decode(plaintext, type=type(payload)) == payload)
    except DECODE_ERRORS:
        return False
