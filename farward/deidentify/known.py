"""Finds what the encounter knows: its people's names and places, also misspelt, shortened, spelled out or split."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .classes import Identifier
from .context import Context, Person
from .lexicon import ENGLISH, MEDICAL, Flag, flags_of, fold, is_allowed
from .name_words import GREETINGS, KIN, LOOSE_TITLES, PARTICLES, TITLES, VERBISH
from .spans import Span
from .spelling import distance
from .words_of import TITLE, UPPER, WORD, Text, Word

#: Letters one by one: "R-I-V-E-R-A", "r i v e r a", "R. I. V. E. R. A."
SPELLED = re.compile(r"(?<![\w.\-])[^\W\d_](?:(?:[ ]?-[ ]?|[ ]|, |\. )[^\W\d_](?![\w'’])){2,}", re.IGNORECASE)
AS_IN = re.compile(
    r"\b[a-z](?: (?:as in|for|like) \w+[, ]*(?:then |and )?\b[a-z]?){2,}\b(?: (?:as in|for|like) \w+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """One word that belongs to somebody or to some place. `whole` parts stand for the person alone."""

    owner: int
    kind: str
    cls: Identifier


@lru_cache(maxsize=1)
def nicknames() -> dict[str, frozenset[str]]:
    """Given names and what they are shortened to, and back."""
    raw = resources.files(__package__).joinpath("words/nicknames.csv").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for formal, relation, short in csv.reader(raw.splitlines()):
        if relation == "has_nickname":
            found.setdefault(formal, set()).add(short)
            found.setdefault(short, set()).add(formal)
    return {name: frozenset(others) for name, others in found.items()}


class Known:
    """The words of one encounter's people and places, ready for looking up."""

    def __init__(self, context: Context) -> None:
        self.parts: dict[str, Part] = {}
        self.initials: dict[str, int] = {}
        self.joined: dict[str, Part] = {}
        for owner, person in enumerate(context.people):
            self._add_person(owner, person)
        places = [*context.places, *(p.employer for p in context.people if p.employer)]
        for owner, place in enumerate(places, len(context.people)):
            self._add_place(owner, place)
        self.phrases = _phrases([*places, *(a for p in context.people for a in p.addresses)])
        self.long = [(part, of) for part, of in self.parts.items() if len(part) >= 4 and of.kind != "nickname"]

    def _add_person(self, owner: int, person: Person) -> None:
        for name in (person.name, *person.also):
            words = [fold(word).replace("’", "'") for word in WORD.findall(name)]
            words = [word for word in words if word not in TITLES]
            bare = [word for word in words if word not in PARTICLES and len(word) > 1]
            for at, word in enumerate(bare):
                kind = "given" if (at == 0 and name == person.name) or len(bare) == 1 else "family"
                part = Part(owner, kind, Identifier.NAME)
                self.parts.setdefault(word, part)
                self.parts.setdefault(word.replace("'", ""), part)
                for short in nicknames().get(word, ()) if kind == "given" else ():
                    if len(short) > 2:
                        self.parts.setdefault(short, Part(owner, "nickname", Identifier.NAME))
            if len(words) > 1:
                self.joined.setdefault("".join(words).replace("'", ""), Part(owner, "whole", Identifier.NAME))
                self.initials.setdefault("".join(word[0] for word in bare), owner)

    def _add_place(self, owner: int, place: str) -> None:
        words = [fold(word) for word in WORD.findall(place)]
        for word in words:
            if len(word) > 3 and not is_allowed(word, flags_of(word)):
                self.parts.setdefault(word, Part(owner, "place", Identifier.LOCATION))

    def find(self, text: Text) -> Iterator[Span]:
        """Every trace of the encounter's people and places in the text."""
        for at, word in enumerate(text.words):
            yield from self._word(text, at, word)
        yield from self._pairs(text)
        yield from self._spelled(text)
        yield from self._initialled(text)
        for confidence, pattern in self.phrases:
            for found in pattern.finditer(text.text):
                yield Span(*found.span(), Identifier.LOCATION, confidence, "place of the encounter")

    def _word(self, text: Text, at: int, word: Word) -> Iterator[Span]:
        part = self.parts.get(word.folded) or self.parts.get(word.folded.replace("'", ""))
        if part is not None:
            if self._plausible(text, at, part):
                yield Span(word.start, word.end, part.cls, 0.99, "known to the encounter")
            return
        if word.allowed and not (word.shape == TITLE and not word.first):
            return
        near = self._near(word)
        if near is not None:
            yield Span(word.start, word.end, near.cls, 0.9, "nearly known to the encounter")

    def _near(self, word: Word) -> Part | None:
        """The known word that this one misspells or holds. An ordinary word is nobody's misspelling."""
        folded = word.folded
        if len(folded) < 4 or word.flags & (ENGLISH | MEDICAL):
            return None
        for known, part in self.long:
            limit = 1 if len(known) < 8 else 2
            if known in folded and len(folded) > 4:
                return part
            alike = known[0] == folded[0] or known[1:] == folded[1:]
            if alike and distance(known, folded, limit) <= limit:
                return part
        return self.joined.get(folded)

    def _plausible(self, text: Text, at: int, part: Part) -> bool:
        """Whether a known word that is an ordinary one too ("Will", "May", "Brown") means the person here."""
        word = text.words[at]
        ordinary = word.flags & (Flag.EVERYDAY | Flag.COMMON)
        if part.kind == "nickname" and word.flags & (ENGLISH | MEDICAL) and word.shape != TITLE:
            return text.caseless and not ordinary and self._beside(text, at, part)
        if not ordinary or word.capital or (word.shape == TITLE and not word.flags & Flag.EVERYDAY):
            return True
        if self._beside(text, at, part) or self._opens(text, at):
            return True
        return not word.flags & Flag.EVERYDAY and text.caseless and part.kind != "nickname"

    def _opens(self, text: Text, at: int) -> bool:
        """Whether a sentence begins with the name: "Will came in", and not "Will you", "May need", "Hope this"."""
        word, after = text.words[at], text.words[at + 1].folded if at + 1 < len(text.words) else ""
        return (
            word.shape == TITLE
            and after not in VERBISH
            and after not in ("need", "require", "repeat", "continue", "consider")
        )

    def _beside(self, text: Text, at: int, part: Part) -> bool:
        before = text.words[at - 1].folded if at else ""
        after = text.words[at + 1].folded if at + 1 < len(text.words) else ""
        others = [self.parts.get(near) for near in (before, after)]
        if any(other is not None and other.owner == part.owner for other in others):
            return True
        return before in TITLES or before in GREETINGS or before in LOOSE_TITLES or before in KIN or before == "is"

    def _pairs(self, text: Text) -> Iterator[Span]:
        """Names that a line end or a space has cut in two: "Riv-\\nera", "Mc Donald"."""
        for at in range(len(text.words) - 1):
            left, right = text.words[at], text.words[at + 1]
            if right.start - left.end > 4:
                continue
            whole = left.folded + right.folded
            part = self.parts.get(whole) or self.joined.get(whole)
            if (
                part is not None
                and part.kind != "nickname"
                and re.fullmatch(r"[ \-]?\s{0,3}", text.text[left.end : right.start])
            ):
                yield Span(left.start, right.end, part.cls, 0.97, "known, cut in two")

    def _spelled(self, text: Text) -> Iterator[Span]:
        for found in SPELLED.finditer(text.text):
            letters = fold("".join(re.findall(r"[^\W\d_]", found[0])))
            known = any(distance(part, letters, 1) <= 1 for part, _of in self.long) or letters in self.joined
            if known or len(letters) >= 4:
                yield Span(*found.span(), Identifier.NAME, 0.98 if known else 0.8, "spelled letter by letter")
        for found in AS_IN.finditer(text.text):
            yield Span(*found.span(), Identifier.NAME, 0.85, "spelled letter by letter")

    def _initialled(self, text: Text) -> Iterator[Span]:
        for letters in self.initials:
            if len(letters) < 2:
                continue
            dotted = r"\.[ ]?".join(re.escape(letter) for letter in letters.upper())
            for found in re.finditer(rf"(?<![\w.]){dotted}\.?(?![\w])", text.text):
                yield Span(*found.span(), Identifier.NAME, 0.93, "initials")
        for word in text.words:
            usual = word.flags & (Flag.CLINICAL | Flag.UPPER | Flag.COUNTRY | ENGLISH)
            if word.shape == UPPER and word.folded in self.initials and not text.shouted and not usual:
                yield Span(word.start, word.end, Identifier.NAME, 0.85, "initials")


_SUFFIX = re.compile(
    r"[ ,]+(?:hospital|clinic|health cent(?:er|re)|medical cent(?:er|re)|cent(?:er|re)|school|university|college|inc\.?|llc|ltd\.?|plc|and sons|group|street|st|avenue|ave|road|rd|lane|drive)\.?$",
    re.I,
)
_SHORT = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "lane": "ln",
    "drive": "dr",
    "boulevard": "blvd",
    "court": "ct",
    "saint": "st",
    "apartment": "apt",
    "suite": "ste",
    "mount": "mt",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}


def _phrases(places: list[str]) -> list[tuple[float, re.Pattern[str]]]:
    """For each place and each line of an address a pattern that forgives case, breaks and short forms."""
    found = []
    for place in places:
        lines = [line.strip() for line in re.split(r"[,\n]", place) if line.strip()]
        wanted = {place, *lines, *(re.sub(r"^\d+[A-Za-z]?\s+", "", line) for line in lines)}
        for phrase in wanted:
            if len(fold(phrase)) > 3 and not re.fullmatch(r"[A-Z]{2}(?: \d{5}(?:-\d{4})?)?", phrase):
                found.append((0.98, _forgiving(phrase, re.IGNORECASE)))
            if re.fullmatch(r"[A-Z]{2} (\d{5})(?:-\d{4})?", phrase):
                found.append((0.98, re.compile(rf"(?<!\d){phrase[3:8]}(?:-\d{{4}})?(?!\d)")))
        short = _SUFFIX.sub("", place if len(lines) == 1 else re.sub(r"^\d+[A-Za-z]?\s+", "", lines[0]))
        if len(short) > 3 and short != place and len(WORD.findall(short)) > 0:
            plain = all(is_allowed(fold(word), flags_of(fold(word))) for word in WORD.findall(short))
            found.append((0.85, _forgiving(short, re.NOFLAG if plain else re.IGNORECASE)))
    return found


def _forgiving(phrase: str, flags: re.RegexFlag) -> re.Pattern[str]:
    pieces = []
    for piece in re.findall(r"[^\s,.\-'’]+", phrase):
        short = _SHORT.get(piece.lower())
        pieces.append(f"(?:{re.escape(piece)}|{short})" if short else re.escape(piece))
    return re.compile(r"(?<!\w)" + r"[\s,.\-'’]{0,3}".join(pieces) + r"(?!\w)", flags)
