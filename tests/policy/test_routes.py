"""Every address, tried by everyone: it opens for those whom the table lists, and is not there for anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from farward.encounters.live import routing
from farward.policy.people import ACCOUNTS
from farward.policy.routes import ROUTES, SOCKETS, SUPERUSERS, Row, row_of
from tests.encounters.support import seat_of
from tests.policy.walk import addresses, fill
from tests.policy.world import SEATED, World, undone

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db(databases="__all__")

ADDRESSES = addresses()
#: What a request must say to be more than noise. `act` is chosen so that it is known and changes little.
FORM = {"act": "issue", "state": "solved", "stance": "listening"}
TUS = {"Tus-Resumable": "1.0.0"}
SIGN_IN, PROVE, HOME, NOT_HERE, IN = "asked to sign in", "asked for proof", "sent home", "404", "in"


def test_every_address_is_in_the_table_and_nothing_else_is() -> None:
    unlisted = [address for address in ADDRESSES if row_of(address) is None]
    assert unlisted == [], "say in farward/policy/routes.py who may open these"
    assert ROUTES.keys() - set(ADDRESSES) == set()


def test_every_socket_is_in_the_table() -> None:
    routes = [*routing.websocket_routes, *routing.http_routes]
    assert {str(route.pattern) for route in routes} == SOCKETS.keys()


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_opens_for_those_listed_and_for_nobody_else(address: str, world: World) -> None:
    row = row_of(address)
    assert row is not None
    wrong = []
    for cell in _cells(address, row, world):
        for method in row.methods:
            with undone():
                got = _outcome(cell.client, method, cell.path, world)
            if not _fits(got, cell.expected, address, row):
                wrong.append(f"{method} by {cell.who}: {got}, not {cell.expected}")
    assert not wrong, f"{address}\n" + "\n".join(wrong)


@pytest.mark.parametrize("address", [each for each in ROUTES if "uuid:" in each])
def test_what_names_a_thing_that_is_not_there_answers_as_to_a_stranger(address: str, world: World) -> None:
    row = ROUTES[address]
    nothing = {name: UUID(int=7) for name in ("encounter_id", "seat_id", "person", "site", "rotation")}
    nothing |= {name: UUID(int=9) for name in ("capture_id", "clip_id", "upload_id")}
    path = fill(address, dict(nothing))
    client = world.strangers["nobody's device"] if row.seats else world.site["administrator"]
    for method in row.methods:
        assert _outcome(client, method, path, world) == NOT_HERE


def _fits(got: str, expected: str, address: str, row: Row) -> bool:
    if address.startswith(SUPERUSERS) and not row.public:
        # Whoever may not is sent on to sign in as somebody else, or told that nothing is there.
        return expected == IN or got != IN
    if row.half:
        return got in {SIGN_IN, HOME}
    # Proof is asked for before anything is looked up; what comes after it is tried in tests/people.
    proof = got == PROVE and expected != SIGN_IN and (row.mine or expected == IN)
    return got == expected or proof or (got == HOME and expected == IN)


@dataclass(frozen=True, slots=True)
class Cell:
    """Somebody who tries an address, and what they must find."""

    who: str
    client: Client
    path: str
    expected: str


def _cells(address: str, row: Row, world: World) -> list[Cell]:
    return _cells_of_seats(address, row, world) if row.seats else _cells_of_accounts(address, row, world)


def _cells_of_seats(address: str, row: Row, world: World) -> list[Cell]:
    things = {role: _things(address, role, row, world) for role in world.seats}
    paths = {role: fill(address, things[role]) for role in world.seats}
    cells = [Cell(f"the {role}", world.seats[role], paths[role], _in(role in row.seats)) for role in paths]
    # The same addresses with a cookie that opens another seat of this visit, a seat elsewhere, or none.
    someone = next(role for role in paths if role in row.seats)
    others = {f"another seat's {role}": client for role, client in world.seats.items() if role != someone}
    others |= world.strangers
    return cells + [Cell(who, client, paths[someone], NOT_HERE) for who, client in others.items()]


def _cells_of_accounts(address: str, row: Row, world: World) -> list[Cell]:
    path = fill(address, _things(address, "learner", row, world))
    shut = SIGN_IN if row.own | row.site | row.far or row.half or row.mine else NOT_HERE
    cells = []
    for near, listed in (("site", row.site), ("far", row.far)):
        clients: dict[str, Client] = getattr(world, near)
        cells += [
            Cell(f"{who} at {near}", clients[who], path, SIGN_IN if row.half else _in(who in listed))
            for who in sorted(ACCOUNTS)
        ]
    if "encounter_id" in address or "seat_id" in address or row.own:
        for who in SEATED:
            own = fill(address, _things(address, who, row, world))
            cells.append(Cell(f"seated {who}", world.own[who], own, IN if row.public else _in(who in row.own)))
    outside = IN if row.public else shut
    return cells + [Cell(who, client, path, outside) for who, client in world.nobody.items()]


def _in(allowed: bool) -> str:
    return IN if allowed else NOT_HERE


def _things(address: str, role: str, row: Row, world: World) -> dict[str, object]:
    """What this address names: what is really there, so that only who asks makes a difference."""
    here = world.encounter
    seat = seat_of(here, role)
    things: dict[str, object] = {**world.things, "encounter_id": here.pk, "seat_id": seat.pk}
    if "capture_id" in address:
        things["capture_id"] = world.still
    if "clip_id" in address:
        things["clip_id"] = world.clip
    if "upload_id" in address:
        things["upload_id"] = world.uploads[role] if row.seats else world.recording
    return things


def _outcome(client: Client, method: str, path: str, world: World) -> str:
    answer: Any
    form = (
        FORM
        | ({"act": "save"} if path.endswith("/note/") else {})
        | {"seat": str(seat_of(world.encounter, "preceptor").pk)}
    )
    if method in {"PUT", "PATCH", "DELETE"}:
        answer = client.generic(method, path, b"", headers=TUS)
    elif method == "POST" and path == "/j":
        answer = client.post(path, b"{}", content_type="application/json")
        return IN if answer.json()["code"] == "unknown" else str(answer.status_code)
    elif method == "POST":
        answer = client.post(path, form, headers=TUS)
    else:
        answer = client.get(path)
    assert answer.status_code < 500, answer.status_code
    if answer.status_code == 302 and answer["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return SIGN_IN
    if answer.status_code == 302 and "reauthenticate" in answer["Location"]:
        return PROVE
    # A sign-out that nobody needs goes to the first page of where it stands.
    if answer.status_code == 302 and answer["Location"] in {"/", "/admin/"}:
        return HOME
    return NOT_HERE if answer.status_code == 404 else IN
