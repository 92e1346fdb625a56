"""Names of people that nobody told us of: by the words around them, by lists, and words that no list knows."""

from __future__ import annotations

from collections.abc import Iterator

from .classes import Identifier
from .lexicon import ENGLISH, FIRST, MEDICAL, NAME, STRONG, Flag
from .name_words import (
    ABBREVIATIONS,
    AFTER_INITIAL,
    CREDENTIAL,
    DOTTED,
    EPONYM_NOUN,
    FINDING,
    GREETINGS,
    INITIAL,
    INTRODUCED,
    KIN,
    LOOSE_TITLES,
    PARTICLES,
    PURE,
    SURE_CUE,
    TITLES,
    TOWN,
    VERBISH,
    WEAK_CUE,
)
from .spans import Span
from .spelling import is_misspelt
from .words_of import LOWER, TITLE, UPPER, Text, Word


def find_names(text: Text) -> Iterator[Span]:
    """Names by title, by cue, by kinship, by list, and words that are nowhere listed; each grown to its neighbours."""
    words = text.words
    for at, word in enumerate(words):
        found = _judge(text, at)
        if found is None:
            continue
        confidence, reason = found
        yield Span(word.start, word.end, Identifier.NAME, confidence, reason)
        if confidence >= 0.6:
            yield from _grown(text, at, confidence)
    for dotted in DOTTED.finditer(text.text):
        if dotted[0].replace(".", "").lower() not in ABBREVIATIONS:
            yield Span(*dotted.span(), Identifier.NAME, 0.75, "initials")


def _judge(text: Text, at: int) -> tuple[float, str] | None:
    """How sure it is that the word at this place is a name, and why; None if it is none."""
    word = text.words[at]
    previous = text.words[at - 1] if at else None
    gap = text.gap(at - 1) if at else "\n"
    if len(word.text) == 1 and word.text.isupper() and previous is not None:
        titled = previous.folded in TITLES and previous.shape == TITLE and gap in (" ", ". ")
        return (0.9, "after a title") if titled else None
    if len(word.text) == 1 or word.folded in TITLES:
        return None
    if (
        previous is not None
        and gap in (" ", ". ", ".", "  ", "\n")
        and previous.folded in TITLES
        and _after_title(word, previous, text)
    ):
        return 0.97, "after a title"
    if not _may_be_name(word, text):
        return None
    if _sure(word, text):
        return 0.95, "after “name”"
    if not word.allowed and INTRODUCED.search(text.text, max(0, word.start - 12), word.start):
        return 0.85, "after “this is”"
    if previous is not None and (cue := _cued(word, previous, gap, text)):
        return cue
    if is_eponym(text, at):
        return None
    return _listed(text, at) or _unlisted(text, at)


def _sure(word: Word, text: Text) -> bool:
    """After "my name is" any word may be the name, if it is not an everyday one in lower case."""
    plain = word.flags & (Flag.EVERYDAY | Flag.COMMON) and not word.flags & Flag.TOP_FIRST
    if plain and (word.shape != TITLE or not word.flags & NAME):
        return False
    if not word.flags & NAME and (word.flags & Flag.CLINICAL or (word.flags & Flag.DRUG and word.shape != TITLE)):
        return False
    return SURE_CUE.search(text.text, max(0, word.start - 40), word.start) is not None


def _after_title(word: Word, title: Word, text: Text) -> bool:
    if title.folded in ("ms", "fr", "rn", "sr", "do") and (
        title.shape == UPPER or (title.shape == LOWER and not word.flags & NAME and word.allowed)
    ):
        return False
    if word.shape == TITLE:
        return word.folded not in VERBISH
    if word.folded in VERBISH or (
        title.folded in ("doctor", "miss", "professor", "sir", "madam") and not _surname(word)
    ):
        return False
    return not word.allowed or bool(word.flags & NAME)


def _surname(word: Word) -> bool:
    """A word that may follow "doctor" in lower case: somebody's surname, or no word at all."""
    ordinary = word.flags & (Flag.EVERYDAY | MEDICAL) or (
        word.flags & Flag.COMMON and not word.flags & Flag.TOP_SURNAME
    )
    return not word.allowed or (bool(word.flags & Flag.SURNAME) and not ordinary)


def _may_be_name(word: Word, text: Text) -> bool:
    """Words that are never names by themselves: those of grammar, and abbreviations."""
    if word.folded in VERBISH or word.folded in TITLES:
        return False
    return (
        word.shape != UPPER
        or text.shouted
        or (len(word.text) > 3 and not word.flags & (Flag.CLINICAL | Flag.UPPER | Flag.DRUG))
    )


def _like_name(word: Word, text: Text, *, strict: bool) -> bool:
    """Whether the word could be a name; `strict` asks for more where no capital speaks for it."""
    if word.shape == TITLE:
        return not word.flags & STRONG or (
            bool(word.flags & NAME) and not (word.flags & MEDICAL and strict and not word.flags & Flag.TOP_FIRST)
        )
    if not word.flags & STRONG:
        return True
    if strict:
        return bool(word.flags & Flag.TOP_FIRST) and not word.flags & (Flag.EVERYDAY | Flag.COMMON | MEDICAL)
    return (bool(word.flags & NAME) and not word.flags & Flag.EVERYDAY) or bool(word.flags & Flag.TOP_FIRST)


def _cued(word: Word, previous: Word, gap: str, text: Text) -> tuple[float, str] | None:
    near = gap in (" ", ", ", ": ", ",\n", "\n", " (", "  ")
    if not near:
        return None
    if previous.folded in KIN and gap != "\n":
        first = word.flags & Flag.TOP_FIRST and not word.flags & (Flag.EVERYDAY | MEDICAL)
        if first or _like_name(word, text, strict=word.shape == LOWER):
            return 0.85, "after a relation"
    if previous.folded in LOOSE_TITLES and gap == " " and _like_name(word, text, strict=True):
        return 0.9, "after a title"
    hailed = word.shape == TITLE and not word.flags & ENGLISH
    if previous.folded in GREETINGS and (hailed or _like_name(word, text, strict=False)) and _ends_clause(word, text):
        return 0.85, "after a greeting"
    return None


def _ends_clause(word: Word, text: Text) -> bool:
    """Where a lower-case word is also an ordinary one ("thanks mark"), it is a name only before a pause."""
    if word.shape == TITLE or not word.flags & (Flag.EVERYDAY | Flag.COMMON):
        return True
    return text.text[word.end : word.end + 1] in ("", ",", ".", "!", "?", "\n")


def is_eponym(text: Text, at: int) -> bool:
    """Whether a name stands for a disease, a sign or a test here."""
    word = text.words[at]
    if word.shape == TITLE and not word.flags & (Flag.TOP_FIRST | Flag.TOP_SURNAME) and _names_a_finding(text, at):
        return True
    if not word.flags & Flag.EPONYM:
        return False
    for near in text.words[at + 1 : at + 4]:
        if near.folded in EPONYM_NOUN:
            return True
        if near.shape != TITLE and near.folded not in ("and", "s"):
            break
    if at > 1 and text.words[at - 1].folded in ("and", "or") and text.words[at - 2].flags & Flag.EPONYM:
        return not text.words[at - 2].flags & (Flag.TOP_FIRST | Flag.TOP_SURNAME)
    common = word.flags & (Flag.TOP_FIRST | Flag.TOP_SURNAME)
    return word.folded in PURE or not common


def _listed(text: Text, at: int) -> tuple[float, str] | None:
    word = text.words[at]
    if not word.flags & NAME:
        return None
    ordinary = word.flags & (ENGLISH | MEDICAL | Flag.COUNTRY)
    if not ordinary:
        if (
            word.shape == LOWER
            and word.flags & (Flag.RARE | Flag.UPPER)
            and not word.flags & FIRST
            and is_misspelt(word.folded)
        ):
            return None
        return (0.9, "listed name") if word.shape != LOWER or word.flags & FIRST else (0.75, "listed name")
    if text.caseless or word.shape == LOWER:
        sure = word.flags & Flag.TOP_FIRST and not word.flags & (Flag.EVERYDAY | Flag.COMMON | MEDICAL)
        return (0.72, "listed first name") if sure and (text.caseless or word.shape == TITLE) else None
    if word.flags & Flag.TOP_FIRST and _stands_as_name(text, at):
        return 0.75, "listed first name"
    if (
        word.flags & Flag.TOP_SURNAME
        and word.capital
        and not word.flags & MEDICAL
        and WEAK_CUE.search(text.text, max(0, word.start - 14), word.start)
    ):
        return 0.65, "listed surname"
    return None


def _stands_as_name(text: Text, at: int) -> bool:
    """An ordinary word that is a first name too ("Grace", "Mark"), with a capital: not where a sentence begins."""
    word = text.words[at]
    if word.flags & MEDICAL and not word.flags & Flag.TOP_SURNAME and word.flags & Flag.EVERYDAY:
        return False
    if word.capital:
        return True
    after = text.words[at + 1] if at + 1 < len(text.words) else None
    named = (
        after is not None and text.gap(at) == " " and after.shape == TITLE and (after.flags & NAME or not after.allowed)
    )
    return bool(named) or bool(AFTER_INITIAL.match(text.text, word.end))


def _unlisted(text: Text, at: int) -> tuple[float, str] | None:
    word = text.words[at]
    if word.allowed and word.capital and word.flags & Flag.RARE and not word.flags & (STRONG | Flag.UPPER):
        return 0.55, "rare word with a capital"
    if word.allowed or len(word.folded) < 3:
        return None
    if word.flags & Flag.PLACE and not word.flags & NAME:
        return None
    if word.capital or (word.shape == TITLE and not is_misspelt(word.folded)):
        return 0.8 if word.capital else 0.7, "unknown word with a capital"
    if word.shape == UPPER and (len(word.folded) < 5 or not text.shouted):
        return None
    if TOWN.search(word.folded) and len(word.folded) > 6:
        return 0.7, "unknown word with the ending of a town"
    if is_misspelt(word.folded):
        return None
    return 0.6, "unknown word"


def _names_a_finding(text: Text, at: int) -> bool:
    for step in (at + 1, at + 2):
        if step < len(text.words) and text.gap(step - 1) in (" ", "-") and text.words[step].folded in FINDING:
            return step == at + 1 or text.gap(at) == "-"
    return False


def _grown(text: Text, at: int, confidence: float) -> Iterator[Span]:
    """The rest of a name: an initial before or after it, particles, and the words that carry it on."""
    word = text.words[at]
    before = INITIAL.search(text.text, max(0, word.start - 6), word.start)
    if before and before[0].strip() not in ("", "I") and not text.text[: before.start()].endswith("Hepatitis "):
        yield Span(before.start(), word.end, Identifier.NAME, confidence, "initial before a name")
    end, initial = word.end, False
    for step in range(at + 1, min(at + 4, len(text.words))):
        after = text.words[step]
        gap = text.text[end : after.start]
        if len(after.text) == 1 and after.text.isupper() and gap in (" ", "\n", ". "):
            stop = after.end + (text.text[after.end : after.end + 1] == ".")
            if not AFTER_INITIAL.match(text.text, end):
                break
            end, initial = stop, True
        elif gap in (" ", "-", ". ", "\n", "  ") and (
            _carries_on(after, text, gap, confidence) or (initial and after.shape == TITLE and after.flags & NAME)
        ):
            end, initial = after.end, False
        else:
            break
    if end > word.end:
        yield Span(word.start, end, Identifier.NAME, confidence - 0.02, "goes on with a name")


def _carries_on(word: Word, text: Text, gap: str, confidence: float) -> bool:
    if word.folded in CREDENTIAL or word.folded in VERBISH or word.folded in TITLES:
        return False
    if word.folded in PARTICLES and gap != "\n":
        return True
    if word.shape == TITLE and (word.capital or gap == "-"):
        return not word.flags & STRONG or bool(word.flags & NAME)
    if gap == "-":
        return not word.allowed
    if word.shape == LOWER:
        bears = word.flags & (Flag.TOP_SURNAME | Flag.SURNAME) if confidence >= 0.95 else word.flags & Flag.TOP_SURNAME
        plain = Flag.EVERYDAY | MEDICAL if confidence < 0.95 or not word.flags & Flag.TOP_SURNAME else 0
        ordinary = word.folded in VERBISH or word.flags & plain
        return text.caseless and gap == " " and ((bool(bears) and not ordinary) or not word.flags & STRONG)
    return False
