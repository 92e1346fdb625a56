"""What is known of a word: how common it is, and whether it is a clinical word, a drug, a name or a place.

The lists are data under words/, made by scripts/wordlists.py; words/SOURCES.md says where they come from.
"""

from __future__ import annotations

import gzip
import unicodedata
from enum import IntFlag
from functools import lru_cache
from importlib import resources


class Flag(IntFlag):
    """What a word may be; most are several things at once ("Brown", "May", "Reading")."""

    EVERYDAY = 1
    COMMON = 2
    WORD = 4
    RARE = 8
    UPPER = 16
    CLINICAL = 32
    DRUG = 64
    EPONYM = 128
    FEMALE = 256
    MALE = 512
    SURNAME = 1024
    TOP_FIRST = 2048
    TOP_SURNAME = 4096
    PLACE = 8192
    COUNTRY = 16384


#: Plain numbers: adding IntFlags is slow where every word is looked at.
FIRST = int(Flag.FEMALE | Flag.MALE)
NAME = FIRST | int(Flag.SURNAME)
ENGLISH = int(Flag.EVERYDAY | Flag.COMMON | Flag.WORD)
MEDICAL = int(Flag.CLINICAL | Flag.DRUG)
#: What marks a word as one of every day or of medicine, so that a capital alone does not make it a name.
STRONG = ENGLISH | MEDICAL | int(Flag.COUNTRY | Flag.EPONYM)
#: Rare words and capitalised ones are allowed only where they are nobody's name and no place.
UNSURE = int(Flag.RARE | Flag.UPPER)

#: Word endings that only medicine makes: a word unknown to every list that ends so is a drug, a finding or a procedure.
ENDINGS = (
    "itis", "ectomy", "ostomy", "otomy", "osis", "oses", "emia", "aemia", "uria", "pathy", "plasty", "scopy", "scopic",
    "graphy", "graphic", "ology", "ological", "ologist", "algia", "megaly", "penia", "rrhea", "rrhoea", "rrhage",
    "mab", "nib", "statin", "pril", "sartan", "cillin", "mycin", "floxacin", "azole", "prazole", "oxetine", "dipine",
    "gliptin", "gliflozin", "glutide", "parin", "xaban", "triptan", "setron", "vir", "olol", "afil", "barbital",
    "dronate", "thiazide", "semide", "tidine", "cycline", "sporin", "caine", "azepam", "zolam", "idone", "apine",
    "lukast", "terol", "sone", "solone", "phylline", "tropium", "oma", "omas", "iasis", "lysis", "trophic", "trophy",
    "genic", "genesis", "oedema", "edema", "ectasis", "stenosis", "phagia", "plegia", "paresis", "opsy", "centesis",
)  # fmt: skip


@lru_cache(maxsize=1)
def load_lexicon() -> dict[str, int]:
    """Every listed word, folded, with its flags."""
    packed = resources.files(__package__).joinpath("words/lexicon.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    return {word: int(flags, 16) for word, _, flags in (line.partition(" ") for line in lines)}


@lru_cache(maxsize=1)
def load_places() -> dict[str, list[tuple[str, ...]]]:
    """Places of several words by their first word, the longest first."""
    packed = resources.files(__package__).joinpath("words/places.txt.gz").read_bytes()
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        words = tuple(line.split(" "))
        found.setdefault(words[0], []).append(words)
    for entries in found.values():
        entries.sort(key=len, reverse=True)
    return found


def fold(word: str) -> str:
    """The word without case and accents."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def flags_of(folded: str) -> int:
    """The flags of a folded word, 0 for one that no list has. A possessive ending does not count."""
    lexicon = load_lexicon()
    found = lexicon.get(folded)
    if found is None and folded[-2:] in ("'s", "’s"):
        found = lexicon.get(folded[:-2])
    return found or 0


def is_allowed(folded: str, flags: int) -> bool:
    """Whether a word may stay where nothing else speaks against it."""
    if flags & STRONG:
        return True
    if flags & UNSURE and not flags & (NAME | Flag.PLACE):
        return True
    return not flags & (NAME | Flag.PLACE) and len(folded) > 5 and folded.endswith(ENDINGS)
