"""Made-up people for the corpus, by Faker, from many countries; each a handful of ways in which texts mention them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from faker import Faker

#: Countries whose names are written in Latin letters. The two halves of the corpus share none but the first.
LOCALES = {
    "dev": ["en_US", "en_GB", "es_MX", "de_DE", "fr_FR", "en_IN", "pl_PL", "id_ID", "tw_GH", "pt_BR"],
    "held": ["en_US", "en_IE", "es_ES", "it_IT", "nl_NL", "tr_TR", "vi_VN", "fil_PH", "yo_NG", "zu_ZA", "sv_SE"],
}
DIGITS = "oh one two three four five six seven eight nine".split()
MONTHS = "January February March April May June July August September October November December".split()
ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()


@dataclass(frozen=True, slots=True)
class Persona:
    """One person: names as they are written, and what belongs to them."""

    first: str
    last: str
    born: date
    phone: str
    email: str
    mrn: str
    street: str
    city: str
    state: str
    zip: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"


def plain(name: str) -> str:
    """A name without titles and without letters that no keyboard at hand has."""
    words = [word for word in name.replace("ß", "ss").split() if not word.endswith(".")]
    return " ".join(words) or name


def make_persona(rng: random.Random, half: str) -> Persona:
    """One made-up person of a country of that half."""
    fakes = _fakers(half)
    fake, home = rng.choice(fakes), fakes[0]
    first, last = plain(fake.first_name()).split()[0], plain(fake.last_name())
    local = rng.choice([f"{first}.{last}", f"{first[0]}{last}{rng.randint(1, 99)}", f"{last}{rng.randint(50, 99)}"])
    local = local.lower().replace(" ", "").encode("ascii", "ignore").decode() or "someone"
    phone = rng.choice(["{a}-{b}-{c}", "({a}) {b}-{c}", "{a}.{b}.{c}", "+1 {a} {b} {c}"]).format(
        a=rng.randint(201, 989), b=rng.randint(200, 999), c=f"{rng.randint(0, 9999):04}"
    )
    return Persona(
        first, last, home.date_of_birth(minimum_age=18, maximum_age=88), phone, f"{local}@{home.free_email_domain()}",
        rng.choice(["{:07}", "MRN{:07}", "RT-{:06}", "{:08}"]).format(rng.randint(100000, 999999)),
        home.street_address().split(" Suite")[0].split(" Apt")[0], home.city(), home.state_abbr(include_territories=False), home.zipcode(),
    )  # fmt: skip


_made: dict[str, list[Any]] = {}


def _fakers(half: str) -> list[Any]:
    if half not in _made:
        _made[half] = [Faker(locale) for locale in LOCALES[half]]
    return _made[half]


def seed(value: int, half: str) -> None:
    """The same seed makes the same people."""
    for at, fake in enumerate(_fakers(half)):
        fake.seed_instance(value + at)


def home_of(half: str) -> Any:
    """The generator for what is not personal: companies, streets, plates."""
    return _fakers(half)[0]


def typo(rng: random.Random, name: str) -> str:
    """The name with one slip of the fingers after its first letter."""
    if len(name) < 5:
        return name
    at = rng.randrange(1, len(name) - 1)
    kind = rng.choice("swap drop double".split())
    if kind == "swap":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at + 1 :] if kind == "drop" else name[:at] + name[at] + name[at:]


def number_words(value: int) -> str:
    """A number from 0 to 99 in words."""
    if value < 20:
        return ONES[value]
    return TENS[value // 10] + (f" {ONES[value % 10]}" if value % 10 else "")


def spoken_digits(text: str) -> str:
    """The digits of a text, one by one, as they are read aloud."""
    return " ".join(DIGITS[int(char)] for char in text if char.isdigit())


def spoken_date(day: date) -> str:
    """A day as people say it."""
    ordinal = (
        ORDINALS[day.day - 1]
        if day.day <= 20
        else {30: "thirtieth"}.get(day.day) or f"{'twenty' if day.day < 30 else 'thirty'} {ORDINALS[day.day % 10 - 1]}"
    )
    year = (
        f"nineteen {number_words(day.year - 1900)}"
        if day.year < 2000
        else f"two thousand {number_words(day.year - 2000)}"
        if day.year < 2010
        else f"twenty {number_words(day.year - 2000)}"
    )
    if day.year == 2000:
        year = "two thousand"
    if day.year % 100 < 10 and day.year < 2000:
        year = f"nineteen oh {ONES[day.year % 10]}"
    return f"{MONTHS[day.month - 1]} {ordinal} {year}"


def written_date(rng: random.Random, day: date) -> str:
    """A day in one of the forms that people write."""
    forms = [
        f"{day.month}/{day.day}/{day.year}", f"{day.month:02}/{day.day:02}/{day.year}", f"{day.month:02}/{day.day:02}/{day.year % 100:02}", day.isoformat(),
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}", f"{day.day} {MONTHS[day.month - 1]} {day.year}", f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}",
        f"{day.day}-{MONTHS[day.month - 1][:3]}-{day.year}", f"{day.day:02}.{day.month:02}.{day.year}", f"{MONTHS[day.month - 1]} {day.day}", f"{MONTHS[day.month - 1]} {day.year}",
    ]  # fmt: skip
    return rng.choice(forms)
