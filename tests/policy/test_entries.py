"""Every kind of entry, written by every role to every audience: taken or refused exactly as the rules list it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from farward.encounters import rules
from farward.encounters.entries import FROM_DEVICES
from farward.encounters.rules import AUDIENCES
from farward.journal.registry import get_kind
from farward.policy.people import SEATS
from tests.encounters.support import code_of, seat_of, send
from tests.policy.samples import samples
from tests.policy.world import undone

if TYPE_CHECKING:
    from tests.policy.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

#: What the role may write and is still refused so: for another's consent, for a recording that nobody agreed to, and
#: as a learner where a preceptor is seated.
FURTHER = {"consent", "recording.started", "recording.stopped", "recording.uploaded", "still", "mute", "remove"}
KINDS = sorted({kind.name for kind in FROM_DEVICES} | {"consent"})


def test_there_is_a_sample_of_every_kind(world: World) -> None:
    assert samples(world.encounter).keys() == set(KINDS)


@pytest.mark.parametrize("role", SEATS)
def test_each_role_writes_what_is_listed_and_nothing_else(role: str, world: World) -> None:
    seat = seat_of(world.encounter, role)
    direct = f"seat:{seat_of(world.encounter, 'learner').pk}"
    wrong = []
    for kind, payload in samples(world.encounter).items():
        known = get_kind(kind).audiences
        for audience in ("everyone", "room", "staff", "care", "preceptors", direct):
            with undone():
                code = code_of(send(seat, kind, payload, audience))
            fits = audience in known or ("seat" in known and audience == direct)
            may = fits and rules.may(seat, kind, audience)
            refused = code in {"not_allowed", "bad_audience"}
            if refused == may and not (may and kind in FURTHER):
                wrong.append((kind, audience, code))
    assert not wrong, wrong


@pytest.mark.parametrize("role", SEATS)
def test_a_seat_elsewhere_writes_nothing_here(role: str, world: World) -> None:
    """Its own seat decides where an entry goes: nothing that an entry says can name another journal."""
    theirs = seat_of(world.other, role)
    code = code_of(send(theirs, "message", {"text": "Hello"}, f"seat:{seat_of(world.encounter, 'patient').pk}"))
    assert code in {"unknown_seat", "not_allowed"}


def test_each_role_reads_the_audiences_that_the_page_lists() -> None:
    assert AUDIENCES.keys() == set(SEATS)
    assert {role for role, read in AUDIENCES.items() if "care" in read} == {"learner", "preceptor"}
    assert {role for role, read in AUDIENCES.items() if "preceptors" in read} == {"preceptor"}
    assert AUDIENCES["helper"] == {"everyone"}
