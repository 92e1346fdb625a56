"""One look at the journal: what changes no screen's state makes nobody derive it anew."""

from __future__ import annotations

from typing import Any

import pytest

from farward.encounters.live.reading import Found, Want, look
from farward.encounters.models import Encounter
from farward.encounters.rules import reader_of
from farward.journal.queries import head
from tests.encounters.support import code_of, join_all, new_device, new_id, seat_of, send
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


def looked(encounter: Encounter, kind: str, payload: dict[str, Any], audience: str) -> Found:
    """What a look finds for the patient after the learner wrote this."""
    patient = seat_of(encounter, "patient")
    device, _token = new_device(patient)
    want = Want(patient.pk, device.pk, new_id(), reader_of(patient), after=None, state=False)
    seen = head(encounter.pk)
    assert code_of(send(seat_of(encounter, "learner"), kind, payload, audience)) == "ok"
    [found] = look(encounter.pk, seen, [want]).found
    return found


@pytest.mark.parametrize(("kind", "derived"), [("still.ask", False), ("hand", True)])
def test_asking_for_a_picture_changes_no_state_and_a_raised_hand_does(booked: Booker, kind: str, derived: bool) -> None:
    encounter = booked()
    join_all(encounter)
    payloads: dict[str, Any] = {"still.ask": {"of": str(seat_of(encounter, "patient").pk)}, "hand": {"up": True}}
    found = looked(encounter, kind, payloads[kind], "room" if kind == "still.ask" else "everyone")
    assert (found.room is not None or found.gone is not None) is derived
