"""What stands in place of an identifier: made up, of the same kind, and the same wherever the same one stood.

Everything follows from the key by HMAC-SHA-256, never from the identifier alone: without the key nobody can try names
until one fits. 45 CFR 164.514(c) asks for that of a code. Dates move by whole weeks, so that weekdays stay.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from .classes import Identifier
from .context import Context
from .known import nicknames
from .lexicon import Flag, flags_of, fold
from .name_words import CREDENTIAL, PARTICLES, TITLES
from .policy import Policy
from .shifting import shift
from .spans import Span
from .spelling import distance
from .words_of import WORD

FEMALE = "Alma Bettina Clara Delia Edith Flora Greta Hilda Ingrid Judith Karina Leonora Mabel Nadine Olga Petra Ramona Selma Thea Ursula Vera Wilma Yvette Zelda".split()
MALE = "Alfred Bernard Conrad Desmond Edgar Felix Gordon Herbert Irving Julius Kurt Leopold Magnus Norbert Oscar Percy Rupert Sigmund Tobias Ulric Victor Wilfred Yorick Zeno".split()
FAMILY = "Ashdown Birchall Crowhurst Dunmore Eastlake Fernsby Garrick Hartwell Inglewood Jessop Kirkwood Lindqvist Marchbanks Northcote Oakden Penhallow Quill Ravenhill Silverton Thornbury Underhill Vexley Winterbourne Yardley".split()
PLACES = (
    "Ambleford Brackenridge Coldwater Dunhaven Elmsworth Fallowfield Greyport Harrowgate Ivybridge Juniper Falls|Kestrelton|Larkmoor|Millbrook|Netherby|Oakhollow|Pinecrest".replace(
        "Juniper Falls|", "Junipera "
    )
    .replace("|", " ")
    .split()
)
ORGANISATION = re.compile(
    r"(hospitals?|clinic|medical cent(?:er|re)|health cent(?:er|re)|school|university|college|pharmacy|church|institute|academy|county|bank|nursing home|care home)\b",
    re.I,
)
STREET = re.compile(
    r"\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|terrace|parkway|way|place)\b\.?", re.I
)
STATE_ZIP = re.compile(
    r"(?P<state>,? ?(?:[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?))?(?P<gap>,? ?)(?P<zip>\d{5})(?:-\d{4})?$"
)
STATE = re.compile(r",? [A-Z]{2}$|, (?:[A-Z][a-z]+)(?: [A-Z][a-z]+)?$")


class Surrogates:
    """The made-up values of one encounter."""

    def __init__(self, *, key: bytes, context: Context, policy: Policy) -> None:
        self.key, self.policy = key, policy
        self.taken: dict[str, str] = {}
        self.avoid = {fold(word) for person in context.people for word in WORD.findall(person.name)}
        self.labels: dict[tuple[Identifier, str], int] = {}
        self.formal = _formal_names(context)
        weeks = 1 + self._number("weeks") % max(1, policy.shift_weeks)
        self.days = 7 * (weeks if self._number("sign") % 2 else -weeks)
        held = context.held or max(context.dates, default=None)
        self.oldest_birth = held.year - policy.oldest - 1 if held else None

    def replace(self, said: str, span: Span) -> str:
        """What to write instead of `said`."""
        if self.policy.style == "label":
            return self._label(said, span.cls)
        match span.cls:
            case Identifier.NAME:
                return self._name(said)
            case Identifier.LOCATION:
                return self._place(said)
            case Identifier.DATE:
                moved = shift(said, self.days, year_only=self.policy.dates == "year", oldest_birth=self.oldest_birth)
                return moved or "[date]"
            case Identifier.AGE:
                return f"{self.policy.oldest + 1} or older"
            case Identifier.EMAIL:
                return f"person{self._number('e', fold(said)) % 900 + 100}@example.org"
            case Identifier.URL:
                return f"https://example.org/{self._number('u', fold(said)) % 9000 + 1000}"
            case Identifier.IP:
                return f"192.0.2.{self._number('i', fold(said)) % 254 + 1}"
            case _:
                return self._digits(said)

    def _number(self, *parts: str) -> int:
        mac = hmac.new(self.key, "\x1f".join(parts).encode(), hashlib.sha256)
        return int.from_bytes(mac.digest()[:8], "big")

    def _label(self, said: str, cls: Identifier) -> str:
        """A label such as `[NAME-2]`: the same number for the same words."""
        sort = (cls, " ".join(fold(said).split()))
        number = self.labels.setdefault(sort, 1 + sum(other is cls for other, _words in self.labels))
        return f"[{cls}-{number}]"

    def _name(self, said: str) -> str:
        letters = re.findall(r"[^\W\d_]", said)
        words = WORD.findall(said)
        if words and len(letters) == len(words):
            return self._spelled(said, letters)
        if re.search(r"\w\s*-\s*\n\s*\w", said):
            said = re.sub(r"\s*-\s*\n\s*", "", said)
        seen = 0

        def word_for(found: re.Match[str]) -> str:
            nonlocal seen
            word = fold(found[0]).replace("’", "'")
            if word in TITLES or word in CREDENTIAL:
                return found[0]
            if word in PARTICLES and seen:
                return found[0]
            seen += 1
            if len(word) == 1:
                return self._initial(word).upper() if found[0].isupper() else self._initial(word)
            return _cased(
                self._word(word, given=(seen == 1 and len(words) > 1) or bool(self.formal.get(word))), found[0]
            )

        return re.sub(r"\d+", "", WORD.sub(word_for, said)).replace("_", "")

    def _spelled(self, said: str, letters: list[str]) -> str:
        """Letters one by one: initials keep their number, a spelled name is spelled again."""
        whole = fold("".join(letters))
        if len(letters) < 3:
            return re.sub(r"[^\W\d_]", lambda found: self._initial(fold(found[0])).upper(), said)
        gap = re.sub(r"[^\W\d_].*", "", said[1:], flags=re.DOTALL) or " "
        return gap.join(_cased(self._word(whole, given=bool(self.formal.get(whole))), "".join(letters)))

    def _initial(self, letter: str) -> str:
        others = "abcdefghjklmnoprstvw".replace(letter, "")
        return others[self._number("initial", letter) % len(others)]

    def _word(self, word: str, *, given: bool) -> str:
        """The surrogate of one word of a name; a nickname has that of the name it stands for."""
        base = word[:-2] if word.endswith("'s") else word
        base = self.formal.get(base) or self._meant(base)
        if base not in self.taken:
            flags = flags_of(base)
            pool = (
                FAMILY
                if not given and not flags & Flag.TOP_FIRST
                else MALE
                if flags & Flag.MALE and not flags & Flag.FEMALE
                else FEMALE
            )
            self.taken[base] = self._pick(pool, base)
        return self.taken[base] + word[len(word) - 2 :] * word.endswith("'s")

    def _meant(self, word: str) -> str:
        """The name of the encounter that this one misspells, or the word itself."""
        if word in self.avoid or len(word) < 4:
            return word
        limit = 1 if len(word) < 8 else 2
        return next(
            (name for name in sorted(self.avoid) if len(name) > 3 and distance(name, word, limit) <= limit), word
        )

    def _pick(self, pool: list[str], word: str) -> str:
        """One of the pool that nobody here bears and nobody has yet; numbered when all are gone."""
        start = self._number("pick", word)
        used = set(self.taken.values())
        for step in range(len(pool)):
            name = pool[(start + step) % len(pool)]
            if name not in used and fold(name) not in self.avoid and fold(name) != word:
                return name
        return f"{pool[start % len(pool)]}{'abcdefghijklmnopqrstuvwxyz'[len(used) % 26]}"

    def _place(self, said: str) -> str:
        tail = STATE_ZIP.search(said)
        if tail:
            return self._place_name(said[: tail.start()]) + (tail["state"] or "") + tail["gap"] + self._zip(tail["zip"])
        state = STATE.search(said)
        if state and state.start():
            return self._place_name(said[: state.start()]) + state[0]
        return self._place_name(said)

    def _zip(self, code: str) -> str:
        first = code[: self.policy.zip_digits]
        return "000" if first in self.policy.zip_withheld else first

    def _place_name(self, said: str) -> str:
        if not said.strip(" ,"):
            return said
        street, kind = STREET.search(said), ORGANISATION.search(said)
        seed = " ".join(fold(WORD.sub(lambda found: found[0], said)).split())
        name = PLACES[self._number("place", re.sub(r"[^\w]+", "", seed)) % len(PLACES)]
        if street and re.match(r"\s*\w+", said):
            number = f"{self._number('street', seed) % 900 + 10} " if said[:1].isdigit() else ""
            return f"{number}{_cased(name, said.strip('0123456789 ')[:2] or 'Xx')} {street[0]}"
        name = _cased(name, "Xx" if any(char.isupper() for char in said) else "xx")
        return f"{name} {kind[0]}" if kind else name

    def _digits(self, said: str) -> str:
        """The same shape with other digits and letters; read-aloud digits become a typed number."""
        if sum(char.isdigit() for char in said) < 3 and len(said) > 12:
            return f"{self._number('n', fold(said)) % 9000000 + 1000000}"
        signs = re.sub(r"[^A-Za-z0-9]", "", said).lower()
        stream = hmac.new(self.key, b"digits" + signs.encode(), hashlib.sha256).digest() * (1 + len(said) // 32)
        made = []
        for char, byte in zip(said, stream, strict=False):
            if char.isdigit():
                made.append(str((int(char) + 1 + byte % 9) % 10))
            elif char.isascii() and char.isalpha():
                made.append(_cased("abcdefghjkmnpqrstuvwxyz"[byte % 23], char))
            else:
                made.append(char)
        return "".join(made)


def _cased(word: str, like: str) -> str:
    if (like.isupper() and len(like) > 1) or (len(like) == 1 and like.isupper()):
        return word.upper()
    return word.lower() if like[:1].islower() else word


def _formal_names(context: Context) -> dict[str, str]:
    """Every given name and nickname of the context's people, and the given name it stands for."""
    formal: dict[str, str] = {}
    for person in context.people:
        words = [fold(word) for word in WORD.findall(person.name) if fold(word) not in TITLES]
        if words:
            formal.setdefault(words[0], words[0])
            for short in nicknames().get(words[0], ()):
                formal.setdefault(short, words[0])
            for other in person.also:
                for word in WORD.findall(other):
                    if fold(word) not in words:
                        formal.setdefault(fold(word), words[0])
    return formal
