"""The columns of the tables: everyone who may ask, and how near they stand to what they ask for."""

from __future__ import annotations

from typing import Final

#: Roles that an account has at a site.
LEARNER, PRECEPTOR, COORDINATOR = "learner", "preceptor", "coordinator"
SUPPORT, PRIVACY_OFFICER, ADMINISTRATOR = "support", "privacy_officer", "administrator"
STAFF: Final = (LEARNER, PRECEPTOR, COORDINATOR, SUPPORT, PRIVACY_OFFICER, ADMINISTRATOR)

#: Accounts without any role: a stranger's. Who is not signed in, and whose account was closed, is nobody.
STRANGER = "stranger"
ACCOUNTS: Final = frozenset({*STAFF, STRANGER})
MEMBERS: Final = frozenset(STAFF)

#: Who book at their site, and who look after its people.
BOOKERS: Final = frozenset({PRECEPTOR, COORDINATOR, ADMINISTRATOR})
MANAGERS: Final = frozenset({COORDINATOR, ADMINISTRATOR})
HELP_DESK: Final = frozenset({SUPPORT, ADMINISTRATOR})
AUDITORS: Final = frozenset({PRIVACY_OFFICER, ADMINISTRATOR})
OFFICERS: Final = frozenset({PRIVACY_OFFICER})
ADMINISTRATORS: Final = frozenset({ADMINISTRATOR})

#: Roles of seats in an encounter.
PATIENT, COMPANION, INTERPRETER, OBSERVER, HELPER = "patient", "companion", "interpreter", "observer", "helper"
SEATS: Final = (PATIENT, COMPANION, INTERPRETER, LEARNER, PRECEPTOR, OBSERVER, HELPER)
EVERY_SEAT: Final = frozenset(SEATS)
PATIENT_SIDE: Final = frozenset({PATIENT, COMPANION, INTERPRETER})
CARE: Final = frozenset({LEARNER, PRECEPTOR})
NOBODY: Final[frozenset[str]] = frozenset()
