"""Writes docs/who-may-what.md from the tables that are tested: `.venv/bin/python scripts/who_may_what.py`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "who-may-what.md"

BEGIN = """# Who may what

Made by `scripts/who_may_what.py` from `farward/policy` and `farward/encounters/rules.py`; do not edit it here.
What is not listed is closed. `tests/policy` walks every address, every frame and every kind of entry that the code has,
fails on one that is not listed, and tries each against the running code as everyone: it opens for those named here, and
answers 404 to all others, as if it were not there. Who is not signed in, or whose account was closed, is asked to sign
in.
"""

NEAR = """
**Seated** are accounts with a seat in the encounter, by the seat's role. **At the site** are accounts with that role at
the encounter's site, or the person's or rotation's, and no seat in it; **elsewhere**, with it at other sites only.
An address that names nothing shows the reader's own. A stranger is an account without a role.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([BEGIN, _routes(), _seat_routes(), _frames(), _entries(), _people()])


def _routes() -> str:
    from farward.policy.routes import ROUTES, SOCKETS

    rows = [
        (f"`/{path}`", " ".join(row.methods), row.what, *_who(row))
        for path, row in {**ROUTES, **SOCKETS}.items()
        if not row.seats and not path.startswith(("^", "accounts/confirm-email/("))
    ]
    rows.append(("`/admin/…`", "GET POST", "Django's admin: accounts, sites, rotations", "—", "superuser", "superuser"))
    head = ("address", "method", "what", "seated", "at the site", "elsewhere")
    return f"## Addresses for accounts\n{NEAR}\n{_table(head, rows)}"


def _who(row: object) -> tuple[str, str, str]:
    from farward.policy.routes import Row

    assert isinstance(row, Row)
    if row.public:
        return ("anybody",) * 3
    if row.mine:
        return "whose own it is", "—", "—"
    if row.half:
        return ("in the middle of signing in",) * 3
    return _roles(row.own), _roles(row.site), _roles(row.far)


def _seat_routes() -> str:
    from farward.policy.routes import ROUTES, SOCKETS

    rows = [
        (f"`/{path}`", " ".join(row.methods), row.what, _roles(row.seats))
        for path, row in {**ROUTES, **SOCKETS}.items()
        if row.seats
    ]
    told = "The cookie of another seat, here or in another visit, opens none of these, and neither does an account."
    table = _table(("address", "method", "what", "seats"), rows)
    return f"## Addresses for the device that holds a seat\n\n{told}\n\n{table}"


def _frames() -> str:
    from farward.policy.frames import INCOMING, OUTGOING

    rows = [("from the device", f"`{kind}`", frame.what, _roles(frame.seats)) for kind, frame in INCOMING.items()]
    rows += [("to the device", f"`{kind}`", frame.what, _roles(frame.seats)) for kind, frame in OUTGOING.items()]
    return f"## Frames of the live channel\n\n{_table(('way', 'frame', 'what', 'seats'), rows)}"


def _entries() -> str:
    from farward.encounters.entries import FROM_DEVICES
    from farward.encounters.models import Seat
    from farward.encounters.rules import AUDIENCES, may
    from farward.journal.registry import get_kind
    from farward.policy.people import SEATS

    kinds = sorted({kind.name for kind in FROM_DEVICES} | {"consent"})
    rows = []
    for kind in kinds:
        known = ["seat:…" if each == "seat" else each for each in sorted(get_kind(kind).audiences)]
        to = {role: [name for name in known if may(Seat(role=role), kind, name)] for role in SEATS}
        rows.append((f"`{kind}`", *(", ".join(to[role]) or "—" for role in SEATS)))
    written = _table(("kind", *SEATS), rows)
    read = _table(("seat", "reads"), [(role, ", ".join(sorted(AUDIENCES[role]))) for role in SEATS])
    more = "To whom each seat may write each kind. What else must be true then: [encounters](encounters.md)."
    also = (
        "A line to one seat is read by that seat. An observer reads `room` only while the patient agrees to observers."
    )
    return f"## Entries\n\n{more}\n\n{written}\n{also}\n\n{read}"


def _people() -> str:
    from farward.policy.people import SEATS
    from farward.policy.sight import ACCOUNTS, NAMES, SHOWN

    seats = [(role, _roles(NAMES[role]), ", ".join(f"`{name}`" for name in SHOWN[role])) for role in SEATS]
    accounts = [(role, what) for role, what in ACCOUNTS.items()]
    told = "Everyone is shown their own name. Where a name is not shown, the role stands in its place."
    return (
        f"## What each is shown of a person\n\n{told}\n\n{_table(('seat', 'names of', 'and of everyone'), seats)}\n"
        f"Accounts without a seat in the encounter:\n\n{_table(('account', 'is shown'), accounts)}"
    )


def _roles(roles: Iterable[str]) -> str:
    from farward.policy.people import ACCOUNTS, EVERY_SEAT, MEMBERS, SEATS, STAFF

    found = frozenset(roles)
    if not found:
        return "—"
    named = {EVERY_SEAT: "every seat", ACCOUNTS: "every account", MEMBERS: "every account with a role"}
    if found in named:
        return named[found]
    order = [*SEATS, *STAFF, "stranger"]
    return ", ".join(role.replace("_", " ") for role in sorted(found, key=order.index))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, ""])


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farward.settings")
    os.environ.setdefault("FARWARD_SECRET_KEY", "only-to-make-a-page")
    django.setup()
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
