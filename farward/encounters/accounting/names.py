"""Comparing names as people write them: without accents, titles and capitals."""

from __future__ import annotations

import re
import unicodedata

#: What stands before a name and is none.
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "sr", "jr", "dra", "sra", "mme"})


def words_of(name: str) -> list[str]:
    """The words of a name, folded, without titles."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return [word for word in re.findall(r"[^\W\d_]+", plain) if word not in TITLES]


def same_person(one: str, other: str) -> bool:
    """Whether two names, both more than a surname, are the same."""
    first, second = words_of(one), words_of(other)
    return len(first) > 1 and sorted(first) == sorted(second)


def same_surname(one: str, other: str) -> bool:
    """Whether two names end in the same word."""
    first, second = words_of(one), words_of(other)
    return bool(first and second) and len(first[-1]) > 1 and first[-1] == second[-1]
