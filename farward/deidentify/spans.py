"""A span: where in a text an identifier stands, and why it is taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .classes import Identifier

#: What may stand between two names that are one: "Maria Rivera", "Osei-Bonsu", "Rivera,\nMaria".
BETWEEN_NAMES = re.compile(
    r"[ \t]{1,2}|-|[ \t]?-?\n[ \t]*| (?:d[aeiou]s?|del|della|van|von|der|la|le|bin|al|el|ibn)(?: la| der| den)? "
)


@dataclass(frozen=True, slots=True)
class Span:
    """One identifier in a text.

    Attributes:
        start, end: offsets in characters, end excluded.
        confidence: from 0 to 1; what is below the policy's line is shown to the reviewer first.
        reason: why, in a few plain words, never with the text itself.
    """

    start: int
    end: int
    cls: Identifier
    confidence: float
    reason: str


def merge(spans: Iterable[Span], text: str) -> list[Span]:
    """Spans in order and apart from each other: those that overlap become one, of the class that is surest."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda found: (found.start, -found.end)):
        wide = _widened(span, text)
        if merged and (wide.start < merged[-1].end or _one_name(merged[-1], wide, text)):
            merged[-1] = _union(merged[-1], wide)
        else:
            merged.append(wide)
    return merged


def _union(left: Span, right: Span) -> Span:
    surer = right if right.confidence > left.confidence else left
    return replace(surer, start=left.start, end=max(left.end, right.end))


def _one_name(left: Span, right: Span, text: str) -> bool:
    both = left.cls == right.cls == Identifier.NAME
    return both and BETWEEN_NAMES.fullmatch(text, left.end, right.start) is not None


def _widened(span: Span, text: str) -> Span:
    """The span grown to the edges of the word it lies in: half a handle or a file name would still tell."""
    start, end = span.start, span.end
    while start > 0 and _glued(text[start - 1]) and _glued(text[start]):
        start -= 1
    while end < len(text) and _glued(text[end]) and _glued(text[end - 1]):
        end += 1
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _glued(char: str) -> bool:
    return char.isalnum() or char == "_"
