"""Fills the slots of a carrier with what belongs to the encounter's people, and says where and of which class each is."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from bench.deidentify.personas import (
    Persona,
    home_of,
    make_persona,
    number_words,
    spoken_date,
    spoken_digits,
    typo,
    written_date,
)
from farward.deidentify.known import nicknames

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Gold:
    """One planted identifier."""

    start: int
    end: int
    cls: str
    slot: str


@dataclass(slots=True)
class Cast:
    """Everyone and everything one encounter's texts speak of."""

    patient: Persona
    learner: Persona
    preceptor: Persona
    relative: Persona
    other: Persona
    site: str
    held: date
    half: str
    rng: random.Random
    fixed: dict[str, str] = field(default_factory=dict)


def make_cast(rng: random.Random, half: str) -> Cast:
    """A cast for one encounter."""
    patient, learner, preceptor, relative, other = (make_persona(rng, half) for _ in range(5))
    site = f"{home_of(half).city()} {rng.choice(['Teaching Clinic', 'Community Hospital', 'Health Center', 'Family Practice'])}"
    held = date(2024, 1, 1) + timedelta(days=rng.randrange(700))
    return Cast(patient, learner, preceptor, relative, other, site, held, half, rng)


def _nick(cast: Cast) -> str:
    found = sorted(n for n in nicknames().get(cast.patient.first.lower(), ()) if len(n) > 2)
    return cast.rng.choice(found).capitalize() if found else cast.patient.first


def _day(cast: Cast) -> date:
    return cast.held - timedelta(days=cast.rng.randrange(1, 900))


def _code(cast: Cast, form: str) -> str:
    """A code of that form: # is a digit, ? a capital."""
    rng = cast.rng
    return "".join(
        str(rng.randrange(10)) if c == "#" else rng.choice("ABCDEFGHJKLMNPRSTUVWXY") if c == "?" else c for c in form
    )


def _forms(*forms: str) -> Callable[[Cast], str]:
    return lambda cast: _code(cast, cast.rng.choice(forms))


SLOTS: dict[str, tuple[str, Callable[[Cast], str]]] = {
    "first": ("NAME", lambda c: c.patient.first),
    "last": ("NAME", lambda c: c.patient.last),
    "full": ("NAME", lambda c: c.patient.full),
    "lastfirst": ("NAME", lambda c: f"{c.patient.last}, {c.patient.first}"),
    "nick": ("NAME", _nick),
    "typo": ("NAME", lambda c: typo(c.rng, c.rng.choice([c.patient.first, c.patient.last]))),
    "initials": ("NAME", lambda c: f"{c.patient.first[0]}.{c.patient.last[0]}."),
    "firsti": ("NAME", lambda c: f"{c.patient.first} {c.patient.last[0]}."),
    "spelled": ("NAME", lambda c: c.rng.choice(["-", " "]).join(re.sub(r"[^A-Za-zÀ-ÿ]", "", c.patient.last).upper())),
    "learner": ("NAME", lambda c: c.learner.full),
    "learnerfirst": ("NAME", lambda c: c.learner.first),
    "preceptor": ("NAME", lambda c: c.preceptor.full),
    "preceptorlast": ("NAME", lambda c: c.preceptor.last),
    "relative": ("NAME", lambda c: c.relative.first),
    "relativefull": ("NAME", lambda c: c.relative.full),
    "otherdoc": ("NAME", lambda c: c.other.last),
    "otherfull": ("NAME", lambda c: c.other.full),
    "dob": ("DATE", lambda c: c.patient.born.strftime(c.rng.choice(["%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%d %b %Y"]))),
    "dobspoken": ("DATE", lambda c: spoken_date(c.patient.born)),
    "date": ("DATE", lambda c: written_date(c.rng, _day(c))),
    "datespoken": ("DATE", lambda c: spoken_date(_day(c))),
    "held": ("DATE", lambda c: c.held.strftime(c.rng.choice(["%m/%d/%Y", "%B %d, %Y", "%Y-%m-%d"]))),
    "age90": ("AGE", lambda c: str(c.rng.randint(90, 104))),
    "age90spoken": ("AGE", lambda c: number_words(c.rng.randint(90, 99))),
    "phone": ("PHONE", lambda c: c.patient.phone),
    "phonespoken": ("PHONE", lambda c: spoken_digits(c.patient.phone[-12:])),
    "phone2": ("PHONE", lambda c: c.relative.phone),
    "phone2spoken": ("PHONE", lambda c: spoken_digits(c.relative.phone[-12:])),
    "fax": ("FAX", lambda c: c.other.phone),
    "email": ("EMAIL", lambda c: c.patient.email),
    "email2": ("EMAIL", lambda c: c.relative.email),
    "emailspoken": ("EMAIL", lambda c: c.patient.email.replace(".", " dot ").replace("@", " at ")),
    "mrn": ("MRN", lambda c: c.patient.mrn),
    "mrnspoken": ("MRN", lambda c: spoken_digits(c.patient.mrn)),
    "ssn": ("SSN", _forms("###-##-####")),
    "plan": ("PLAN", _forms("???########", "H####-###", "##########", "?##-???-####")),
    "account": ("ACCOUNT", _forms("########", "AC-######", "#### #### ####")),
    "license": ("LICENSE", _forms("?#######", "??-######", "D###-####-####")),
    "plate": ("VEHICLE", _forms("???-####", "#???###", "??? ####", "??## ???")),
    "vin": ("VEHICLE", _forms("1HGCM#####A######", "WBA??####?#######")),
    "device": ("DEVICE", _forms("SN-########", "??#######", "####-??-####")),
    "url": ("URL", lambda c: f"{c.rng.choice(['https://www.', 'www.', 'https://'])}{home_of(c.half).domain_name()}/{c.relative.last.lower().replace(' ', '')}"),
    "ip": ("IP", lambda c: home_of(c.half).ipv4_public()),
    "case": ("OTHER_ID", _forms("C##-#####", "########", "EX-####-##", "??####")),
    "handle": ("OTHER_ID", lambda c: f"@{c.relative.first.lower()}_{c.rng.randint(10, 99)}"),
    "file": ("OTHER_ID", lambda c: f"{c.patient.last.lower().replace(' ', '')}_{c.rng.choice(['rash', 'knee', 'scan'])}_{c.rng.randint(1, 99)}.jpg"),
    "address": ("LOCATION", lambda c: f"{c.patient.street}, {c.patient.city}, {c.patient.state} {c.patient.zip}"),
    "street": ("LOCATION", lambda c: c.patient.street),
    "street2": ("LOCATION", lambda c: c.relative.street),
    "city": ("LOCATION", lambda c: c.patient.city),
    "city2": ("LOCATION", lambda c: c.relative.city),
    "zip": ("LOCATION", lambda c: c.relative.zip),
    "site": ("LOCATION", lambda c: c.site),
    "hospital": ("LOCATION", lambda c: f"{c.rng.choice([c.other.city, c.other.last, 'St. ' + c.other.first])} {c.rng.choice(['Hospital', 'Medical Center', 'Clinic', 'General Hospital'])}"),
    "employer": ("LOCATION", lambda c: home_of(c.half).company()),
    "school": ("LOCATION", lambda c: f"{c.relative.last} {c.rng.choice(['High School', 'Elementary', 'College', 'University'])}"),
}  # fmt: skip
#: Things that stay the same through all texts of one encounter.
FIXED = frozenset("nick plan device employer school hospital plate case handle".split())


def fill(carrier: str, cast: Cast) -> tuple[str, list[Gold]]:
    """The carrier with its slots filled, and where they are."""
    pieces: list[str] = []
    gold: list[Gold] = []
    at = length = 0
    for found in SLOT.finditer(carrier):
        cls, make = SLOTS[found[1]]
        value = cast.fixed.setdefault(found[1], make(cast)) if found[1] in FIXED else make(cast)
        pieces += [carrier[at : found.start()], value]
        length += found.start() - at
        gold.append(Gold(length, length + len(value), cls, found[1]))
        length += len(value)
        at = found.end()
    return "".join([*pieces, carrier[at:]]), gold
