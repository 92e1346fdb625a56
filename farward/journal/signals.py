"""The journal's doorbell: rung after a commit that added entries. It carries a counter, never content."""

from __future__ import annotations

from django.dispatch import Signal

#: Sent with `journal_id: UUID` and `seq: int`, the journal's head after the append.
appended = Signal()
