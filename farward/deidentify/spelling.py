"""Whether an unknown word is a known one with a slip of the fingers, and how far two names are from each other."""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import ENGLISH, MEDICAL, Flag, flags_of

VOWEL = re.compile(r"[aeiouy\W]")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PREFIXES = (
    "non",
    "un",
    "re",
    "pre",
    "post",
    "anti",
    "over",
    "under",
    "sub",
    "inter",
    "intra",
    "hyper",
    "hypo",
    "micro",
    "multi",
    "peri",
    "para",
    "poly",
    "tele",
    "neuro",
    "cardio",
    "gastro",
    "osteo",
    "de",
    "dis",
    "mis",
    "co",
    "extra",
    "super",
    "semi",
    "bi",
    "tri",
    "electro",
    "immuno",
    "radio",
    "broncho",
    "dermato",
    "hepato",
    "nephro",
    "pneumo",
    "thrombo",
)
SUFFIXES = (
    "ing",
    "ed",
    "es",
    "s",
    "ly",
    "er",
    "ers",
    "ness",
    "less",
    "like",
    "ish",
    "able",
    "ally",
    "al",
    "ic",
    "ation",
    "ised",
    "ized",
    "y",
    "n't",
    "'ll",
    "'ve",
    "'re",
    "'d",
)
_PLAIN = ENGLISH | MEDICAL
_USUAL = int(Flag.EVERYDAY | Flag.COMMON | Flag.CLINICAL | Flag.DRUG)


@lru_cache(maxsize=65536)
def is_misspelt(word: str) -> bool:
    """Whether the folded word is an ordinary one inflected, compounded or misspelt by one letter."""
    if _derived(word):
        return True
    if word[:3] == word[:1] * 3 or (len(word) > 3 and word[-3:] == word[-1] * 3):
        return True  # "sooooo", "ahhhh"
    if not VOWEL.search(word) and len(word) < 8:
        return True  # "mngmt"
    return len(word) >= 6 and any(flags_of(near) & _USUAL for near in _edits(word))


def _derived(word: str) -> bool:
    for ending in SUFFIXES:
        stem = word.removesuffix(ending)
        if (
            stem != word
            and len(stem) > 2
            and any(flags_of(s) & _PLAIN for s in (stem, stem + "e", stem[:-1], stem[:-1] + "y"))
        ):
            return len(word) > 4
    for opening in PREFIXES:
        rest = word.removeprefix(opening)
        if rest != word and len(rest) > 3 and flags_of(rest) & _PLAIN:
            return True
    return any(flags_of(word[:at]) & _PLAIN and flags_of(word[at:]) & _PLAIN for at in range(4, len(word) - 3))


def _edits(word: str) -> set[str]:
    """Every word one slip away that keeps the first letter: typists get that one right."""
    halves = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    found = {left + right[1:] for left, right in halves if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    found |= {left + char + right[1:] for left, right in halves if right for char in LETTERS}
    found |= {left + char + right for left, right in halves for char in LETTERS}
    return found


def distance(left: str, right: str, limit: int) -> int:
    """Slips (insert, delete, replace, swap) between two words, or `limit` + 1 when there are more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    two: list[int] = []
    one = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        row = [at] + [0] * len(right)
        for to, other in enumerate(right, 1):
            row[to] = min(one[to] + 1, row[to - 1] + 1, one[to - 1] + (char != other))
            if at > 1 and to > 1 and char == right[to - 2] and left[at - 2] == other:
                row[to] = min(row[to], two[to - 2] + 1)
        if min(row) > limit:
            return limit + 1
        two, one = one, row
    return one[-1]
