"""Minimum necessary: what each role is shown of a person (45 CFR 164.502(b), 164.514(d)).

What is not listed is not shown. A name is shown to those who speak with the person or are answerable for the visit. An
observer watches and learns: of the patient and who came along it needs the role and not the name. A helper mends
connections and needs no name at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .people import (
    CARE,
    COMPANION,
    EVERY_SEAT,
    HELPER,
    INTERPRETER,
    LEARNER,
    NOBODY,
    OBSERVER,
    PATIENT,
    PRECEPTOR,
)

#: Whose names each seat is shown, by role. Everyone is shown their own.
NAMES: Final[Mapping[str, frozenset[str]]] = {
    PATIENT: EVERY_SEAT,
    COMPANION: EVERY_SEAT,
    INTERPRETER: EVERY_SEAT,
    LEARNER: EVERY_SEAT,
    PRECEPTOR: EVERY_SEAT,
    OBSERVER: CARE | {INTERPRETER, OBSERVER, HELPER},
    HELPER: NOBODY,
}

#: What a seat is shown of the others beside their names.
PRESENCE: Final = ("role", "presence", "stance", "hand_since", "muted", "here_since")
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    role: (*PRESENCE, "whispering", "waiting device") if role in CARE else PRESENCE for role in NAMES
}

#: What accounts are shown of people beside the seats they have.
ACCOUNTS: Final[Mapping[str, str]] = {
    "learner": "nobody",
    "preceptor": "names and contacts in encounters of the own site, to invite them; no content",
    "coordinator": "names and contacts in encounters of the own site, to invite them; no content",
    "support": "running encounters under short names, roles of who calls; no names, no content",
    "privacy_officer": "nobody",
    "administrator": "names and contacts in every encounter, to invite them; no content",
    "stranger": "nobody",
}


def shows_name(viewer: str, of: str) -> bool:
    """Whether a seat of role `viewer` is shown the name of another seat of role `of`."""
    return of in NAMES.get(viewer, NOBODY)
