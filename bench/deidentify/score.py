"""Recall, precision and leaks. The measures are those in which the peers' figures in docs/deidentification.md were taken.

Recall: planted identifiers whose every word is covered. Precision: the share of covered words that are planted; states and
weekdays count neither way. Leak: the share of documents with an identifier that is not wholly covered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from farward.deidentify.places import CODES, STATES

WORD = re.compile(r"\w+")
#: Not needed for recall, not counted against precision.
NEITHER = re.compile(
    rf"(?:dr|mr|mrs|ms|miss|prof|doctor|professor|mister|missus|{STATES}|{CODES}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:19|20)\d\d|id|mrn|patient|old|years?|s)",
    re.IGNORECASE,
)

Marked = tuple[int, int, str]


@dataclass(slots=True)
class Tally:
    """Counts over many documents."""

    planted: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: int = 0
    documents: int = 0
    leaking: int = 0
    misses: list[tuple[str, str, str]] = field(default_factory=list)
    extras: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, gold: Sequence[Marked], spans: Iterable[tuple[int, int]]) -> None:
        """Count one document."""
        ours = bytearray(len(text))
        for start, end in spans:
            ours[start:end] = b"\1" * (end - start)
        theirs = bytearray(len(text))
        leaked = False
        for start, end, cls in gold:
            theirs[start:end] = b"\1" * (end - start)
            self.planted[cls] += 1
            if self._is_covered(text, start, end, ours):
                self.covered[cls] += 1
            else:
                leaked = True
                self.misses.append((cls, text[start:end], text[max(0, start - 40) : end + 25]))
        for word in WORD.finditer(text):
            if ours[word.start()] and not NEITHER.fullmatch(word[0]):
                if theirs[word.start()] or theirs[word.end() - 1]:
                    self.right += 1
                else:
                    self.wrong += 1
                    self.extras[f"{text[max(0, word.start() - 15) : word.end() + 15]!r}"] += 1
        self.documents += 1
        self.leaking += leaked

    def _is_covered(self, text: str, start: int, end: int, ours: bytearray) -> bool:
        words = [w for w in WORD.finditer(text, start, end) if not NEITHER.fullmatch(w[0])] or list(
            WORD.finditer(text, start, end)
        )
        return all(all(ours[word.start() : word.end()]) for word in words)

    def figures(self) -> dict[str, object]:
        """The counts as shares, three digits after the point."""
        total, found = sum(self.planted.values()), sum(self.covered.values())
        return {
            "documents": self.documents,
            "identifiers": total,
            "recall": round(found / total, 4) if total else None,
            "precision": round(self.right / (self.right + self.wrong), 4) if self.right + self.wrong else None,
            "leak": round(self.leaking / self.documents, 4) if self.documents else None,
            "recall_by_class": {
                cls: [round(self.covered[cls] / count, 4), count] for cls, count in sorted(self.planted.items())
            },
        }
