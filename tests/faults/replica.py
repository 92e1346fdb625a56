"""What a browser keeps of an encounter: an outbox that survives anything, and a replica of the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.live.device import entry

Frame = dict[str, Any]
BATCH = 40


@dataclass
class Replica:
    """The durable and the derived side of one seat, by the rules of docs/live-channel.md.

    Attributes:
        outbox: entries written here that the server has not acknowledged, by id, in order.
        entries: what the journal holds for this seat, by id.
        acknowledged: the `seq` that each acknowledged entry was promised.
        refused: entries that the server said it would not take.
    """

    outbox: dict[str, Frame] = field(default_factory=dict)
    entries: dict[str, Frame] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    cursor: int = 0

    def write(self, kind: str, audience: str, **payload: Any) -> str:
        """Put an entry into the outbox."""
        written = entry(kind, audience, **payload)
        self.outbox[written["id"]] = written
        return str(written["id"])

    def batch(self) -> list[Frame]:
        """What to send next."""
        return list(self.outbox.values())[:BATCH]

    def forget(self) -> None:
        """The browser's copy of the journal is gone; its outbox is not."""
        self.entries.clear()
        self.cursor = 0

    def receive(self, frame: Frame) -> int | None:
        """Take a frame from the server. Returns a cursor to ask from, where a page is missing or more is to come."""
        if frame["t"] == "ack":
            self._settle(frame)
        if frame["t"] != "entries":
            return None
        if frame["after"] > self.cursor:
            return self.cursor
        for each in frame["entries"]:
            known = self.entries.setdefault(each["id"], each)
            assert known == each, "an entry changed"
            self.outbox.pop(each["id"], None)
        self.cursor = max(self.cursor, frame["cursor"])
        return self.cursor if frame["more"] else None

    def _settle(self, frame: Frame) -> None:
        for entry_id, seq in frame["accepted"]:
            assert self.acknowledged.setdefault(entry_id, seq) == seq, "an entry was acknowledged at two places"
            self.outbox.pop(entry_id, None)
        for refusal in frame["refused"]:
            self.outbox.pop(refusal["id"], None)
            self.refused.add(refusal["id"])
