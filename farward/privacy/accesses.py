"""Writing an access record: one entry in a ledger, and its lines for the screens, in one transaction.

The ledger is a journal, so the record is sealed, chained and signed like everything else. A screen must not show what
could not be recorded: every function here raises rather than lets an access pass in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from farward.journal.actions import open_journal, record
from farward.journal.ledgers import SCHOOL, ledger_of
from farward.journal.types import Draft, Refused

from .entries import OFFICERS, Accessed
from .models import AccessRecord
from .words import Act, Data, Why

#: A page that renews itself, or comes in pieces, is one access as long as it goes on from the same place.
RENEWED_WITHIN = timedelta(minutes=10)
_FIELDS = sorted(
    (field for field in AccessRecord._meta.concrete_fields if not field.primary_key),
    key=lambda field: field.name == "encounter",
)
_INSERT = "INSERT INTO {} ({}) VALUES ({})".format(  # noqa: S608 - names of our own columns
    AccessRecord._meta.db_table,
    ", ".join(str(field.column) for field in _FIELDS),
    ", ".join(["%s"] * len(_FIELDS)),
)
#: A long list is several entries, each of which fits a journal.
MOST_IN_ONE = 1000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: its network address, and the family of browser and system."""

    address: str = ""
    agent: str = ""

    @property
    def mark(self) -> str:
        """Tells one origin from another without saying where it is."""
        return salted_hmac("farward.access.origin", f"{self.address}\n{self.agent}", algorithm="sha256").hexdigest()[
            :16
        ]


#: Of what the server does by itself, and of tests.
NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Access:
    """Who, whose, what, why and from where. `renews`: the page asks again by itself."""

    what: Data
    act: Act
    view: str
    why: Why
    role: str
    user: UUID | None = None
    seat: UUID | None = None
    encounters: tuple[UUID, ...] = ()
    thing: UUID | None = None
    origin: Origin = NOWHERE
    reason: str = ""
    renews: bool = False


def record_access(access: Access) -> UUID | None:
    """Write the record and return the id of its (first) entry; None where one that it renews stands.

    Raises:
        ValueError: nobody is named.
        JournalUnavailable, DatabaseError: it could not be written, so the access must not go on.
    """
    if access.user is None and access.seat is None:
        raise ValueError("an access needs somebody")
    encounters = tuple(dict.fromkeys(access.encounters))
    if access.renews:
        encounters, known = _not_yet_recorded(access, encounters)
        if known:
            return None
    parts = [encounters[start : start + MOST_IN_ONE] for start in range(0, len(encounters), MOST_IN_ONE)] or [()]
    first, *_rest = [_write(access, part) for part in parts]
    return first


def _write(access: Access, encounters: tuple[UUID, ...]) -> UUID:
    ledger = ledger_of(encounters[0]) if len(encounters) == 1 else SCHOOL
    try:
        return _write_to(ledger, access, encounters)
    except Refused as refused:
        if refused.code != "no_journal":
            raise
        open_journal(journal_id=ledger)
        return _write_to(ledger, access, encounters)


def _write_to(ledger: UUID, access: Access, encounters: tuple[UUID, ...]) -> UUID:
    payload = Accessed(
        act=str(access.act),
        what=str(access.what),
        view=access.view,
        why=str(access.why),
        role=access.role,
        of=list(encounters),
        user=access.user,
        seat=access.seat,
        thing=access.thing,
        address=access.origin.address[:60],
        agent=access.origin.agent[:40],
        reason=access.reason,
    )

    def admit(draft: Draft, _payload: msgspec.Struct) -> None:
        _insert(draft.id, draft.at, payload)

    author = f"user:{access.user}" if access.user else f"seat:{access.seat}"
    return record(journal_id=ledger, author=author, kind="access", audience=OFFICERS, payload=payload, admit=admit).id


def lines_of(entry_id: UUID, at: datetime, payload: Accessed) -> list[AccessRecord]:
    """The lines that an entry stands for: one for each encounter, and one where it concerns none."""
    return [_line(entry_id, at, payload, encounter) for encounter in _encounters(payload)]


def _insert(entry_id: UUID, at: datetime, payload: Accessed) -> None:
    """Add the lines, by the driver's cursor: with each page come some, and they differ by the encounter alone."""
    line = _line(entry_id, at, payload, None)
    *same, last = _FIELDS
    row = [field.get_db_prep_save(getattr(line, field.attname), connection) for field in same]
    rows = [[*row, last.get_db_prep_save(encounter, connection)] for encounter in _encounters(payload)]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _encounters(payload: Accessed) -> list[UUID | None]:
    return [*payload.of] or [None]


def _line(entry_id: UUID, at: datetime, payload: Accessed, encounter: UUID | None) -> AccessRecord:
    return AccessRecord(
        entry=entry_id,
        at=at,
        encounter=encounter,
        user_id=payload.user,
        seat=payload.seat,
        role=payload.role,
        act=payload.act,
        what=payload.what,
        view=payload.view,
        why=payload.why,
        thing=payload.thing,
        origin=Origin(payload.address, payload.agent).mark,
    )


def _not_yet_recorded(access: Access, encounters: Iterable[UUID]) -> tuple[tuple[UUID, ...], bool]:
    """Those of the encounters that no recent record of the same look names, and whether there is nothing to write."""
    wanted: list[UUID | None] = list(encounters) or [None]
    same = Q(view=access.view, act=str(access.act), thing=access.thing, origin=access.origin.mark)
    same &= Q(seat=access.seat) if access.seat else Q(user=access.user)
    known = set(
        AccessRecord.objects.filter(same, at__gte=timezone.now() - RENEWED_WITHIN).values_list("encounter", flat=True)
    )
    missing = [each for each in wanted if each not in known]
    return tuple(each for each in missing if each is not None), not missing
