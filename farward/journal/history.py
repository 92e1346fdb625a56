"""What the signed checkpoints say, read and checked as one chain, for `verification` to hold the database against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from farward.environment import SettingError
from farward.journal.checkpoints import Checkpoint, DamagedCheckpoint, SignedHead, read_checkpoints, root_of
from farward.journal.models import Journal


class SignedAt(NamedTuple):
    """A digest that was a journal's head when a checkpoint was signed."""

    digest: str
    at: datetime


@dataclass(slots=True)
class History:
    """Every signed head by journal and `seq`, and what is wrong with the checkpoints themselves."""

    count: int = 0
    last_at: datetime | None = None
    heads: dict[UUID, dict[int, SignedAt]] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _latest: dict[UUID, SignedHead] = field(default_factory=dict)
    _digest: str = bytes(32).hex()

    def add(self, checkpoint: Checkpoint) -> None:
        """Take one more checkpoint into account. One that no key of ours signed says nothing."""
        body = checkpoint.body
        self.count += 1
        if not checkpoint.believed:
            self.wrongs.append(_("%(file)s was not signed by a key of ours") % {"file": checkpoint.path.name})
            return
        if body.prev != self._digest or body.n != self.count:
            self.wrongs.append(_("%(file)s does not follow the one before it") % {"file": checkpoint.path.name})
        self._digest, self.last_at = checkpoint.digest, body.at
        for journal_id, head in body.heads.items():
            if self._latest.get(journal_id) != head:
                self.heads.setdefault(journal_id, {}).setdefault(head.seq, SignedAt(head.digest, body.at))
        self._latest.update(body.heads)
        if (len(self._latest), root_of(self._latest)) != (body.journals, body.root):
            self.wrongs.append(_("%(file)s contradicts those before it") % {"file": checkpoint.path.name})


def read_history() -> History:
    """Read every checkpoint there is."""
    history = History()
    try:
        for checkpoint in read_checkpoints():
            history.add(checkpoint)
    except (DamagedCheckpoint, SettingError) as error:
        history.wrongs.append(str(error))
    if history.count == 0 and not history.wrongs:
        if Journal.objects.filter(closed_at__isnull=False).exists():
            history.wrongs.append(_("there is none, though encounters have ended"))
        else:
            history.notes.append(_("Nothing was signed yet: a cut end or a full rewrite would not be found."))
    return history
