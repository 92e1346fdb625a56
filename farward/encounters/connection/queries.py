"""Whom a seat may call by telephone, and what its visit weighs."""

from __future__ import annotations

from typing import Any

from farward.encounters.identity import identities_of
from farward.encounters.models import CARE, OPEN, Encounter, Kind, Seat, SeatRole
from farward.people.models import Site
from farward.people.phones import tel_of

#: Roles that only receive.
WATCHES = frozenset({SeatRole.OBSERVER, SeatRole.HELPER})


def numbers_for(seat: Seat) -> list[dict[str, str | None]]:
    """The numbers this seat may call, each with the seat it reaches; None stands for the site.

    Learner and preceptor get the numbers that were given for people without an account. Everyone gets the site's, and
    nobody else's: a patient is never handed a number of somebody's own.
    """
    encounter = seat.encounter
    found = [_number(None, encounter.site.name, encounter.site.phone)]
    if seat.role in CARE and encounter.status in OPEN:
        others = encounter.seats.filter(removed_at=None, user=None).exclude(pk=seat.pk).select_related("user")
        identities = identities_of(list(others))
        found += [_number(str(pk), identity.name, identity.phone) for pk, identity in identities.items()]
    return [number for number in found if number["tel"]]


def weight_of(seat: Seat) -> dict[str, Any]:
    """What a visit's megabytes are reckoned from: its length, whom this seat sends to and hears, and the price."""
    encounter = seat.encounter
    roles = [other.role for other in _wired(encounter) if other.pk != seat.pk]
    return {
        "minutes": round((encounter.ends_at - encounter.starts_at).total_seconds() / 60),
        "up": 0 if seat.role in WATCHES else len(roles),
        "down": sum(role not in WATCHES for role in roles),
        "price": price_at(encounter.site),
    }


def price_at(site: Site) -> dict[str, Any] | None:
    """What a megabyte costs the people of this site; None where nobody has said."""
    return None if site.price_per_mb is None else {"perMb": float(site.price_per_mb), "currency": site.currency}


def _wired(encounter: Encounter) -> list[Seat]:
    """Those who may be connected at some time of the visit; nobody is in a practice or where answers come later."""
    if encounter.kind == Kind.PRACTICE or encounter.by_messages:
        return []
    return list(encounter.seats.filter(removed_at=None).exclude(role=SeatRole.HELPER))


def _number(seat: str | None, name: str, written: str) -> dict[str, str | None]:
    return {"seat": seat, "name": name, "number": written, "tel": tel_of(written)}
