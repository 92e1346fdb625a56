"""A text as a list of words, each with what its lists, its letters and its place in the sentence say of it."""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import flags_of, fold, is_allowed

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LOWER, TITLE, UPPER = 0, 1, 2
#: "Maria's", "dx'd", "she'll"
ENDING = re.compile(r"'(?:s|d|ll|ve|re|m)$")
#: What ends a sentence or opens a field, seen backwards from a word.
OPENS = re.compile(r"(?:^|[.!?:;\n•*|\"“]|\s[-–—]|[→>])[\s\"“\-–•*]*$")


class Word:
    """One word of a text. `first` says that a capital is no evidence here: a sentence or a heading begins with it."""

    __slots__ = ("allowed", "end", "first", "flags", "folded", "shape", "start", "text")

    def __init__(self, text: str, start: int, first: bool) -> None:
        self.text, self.start, self.end, self.first = text, start, start + len(text), first
        self.folded, self.flags, self.allowed, self.shape = _known(text)

    @property
    def capital(self) -> bool:
        """Whether the word has a capital that the sentence does not explain."""
        return self.shape == TITLE and not self.first


@lru_cache(maxsize=65536)
def _known(text: str) -> tuple[str, int, bool, int]:
    folded = fold(text).replace("’", "'")
    base = ENDING.sub("", folded)
    flags = flags_of(folded) or flags_of(base) or flags_of(base.replace("'", ""))
    allowed = is_allowed(base, flags) or is_allowed(folded, flags_of(folded))
    bare = re.sub(r"['’](?:s|d|S|D)$|(?<=[A-Z]{2})s$", "", text)
    shape = (
        LOWER if text[0].islower() or not text[0].isupper() else UPPER if bare.isupper() and len(bare) > 1 else TITLE
    )
    return base, flags, allowed, shape


class Text:
    """A text and its words. `caseless` means that it has next to no capitals, as a transcript of speech."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        headings = _headings(text)
        for found in WORD.finditer(text):
            at = found.start()
            first = bool(OPENS.search(text, max(0, at - 6), at)) if at else True
            self.words.append(Word(found[0], at, first or any(a <= at < b for a, b in headings)))
        lower = sum(word.shape == LOWER for word in self.words)
        titles = sum(word.shape == TITLE and word.text != "I" for word in self.words)
        self.caseless = titles <= 0.02 * len(self.words)
        self.shouted = lower < 0.2 * len(self.words) and len(self.words) > 5

    def gap(self, index: int) -> str:
        """What stands between a word and the next one; a newline after the last."""
        if index + 1 >= len(self.words) or index < 0:
            return "\n"
        return self.text[self.words[index].end : self.words[index + 1].start]


def _headings(text: str) -> list[tuple[int, int]]:
    """Lines in which nearly every word has a capital: there, capitals say nothing."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        words = WORD.findall(line[0])
        titled = sum(word[0].isupper() and word[1:].islower() for word in words)
        if (
            len(words) >= 2
            and titled >= 0.8 * len(words)
            and all(is_allowed(fold(w), flags_of(fold(w))) for w in words)
        ):
            found.append(line.span())
    return found
