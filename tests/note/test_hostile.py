"""A forged change to the note must not keep anybody from reading it: the journal keeps it for ever."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from farward.encounters.models import Encounter
from farward.encounters.note.document import check_update, merge_note, read_sections
from farward.encounters.note.queries import read_note
from tests.encounters.support import code_of, seat_of, send
from tests.note.support import written

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

#: Each alone an update like any other; after one another they make Yjs's core panic.
PAIR = (
    bytes.fromhex("01030100040104706c616e0661f09f988078840103000101030109016100"),
    bytes.fromhex("010001ffffffff0f0004010a7375626a656374697665016141010003c401030100026c6f0501010103"),
)
#: Refused by Yjs's core with an error of another class than most.
BROKEN = bytes.fromhex("0103010004010a7375626a65637469766501614101ffffffff0f0003c4030100026c6f0101010203")
#: Says that it has four thousand million clients.
BOASTFUL = b"\xff\xff\xff\xff\x0f" + bytes(10)


@pytest.mark.parametrize("update", [BROKEN, BOASTFUL, b"", b"\x01"])
def test_what_cannot_be_read_is_a_value_error_at_once(update: bytes) -> None:
    began = time.process_time()
    with pytest.raises(ValueError):
        check_update(update)
    assert time.process_time() - began < 1


def test_an_update_that_breaks_the_note_is_left_out_and_the_rest_stays() -> None:
    honest = base64.b64decode(written({"plan": "Chest film"})["update"])
    assert read_sections(merge_note([honest, BROKEN]))["plan"] == "Chest film"
    assert read_sections(merge_note([BROKEN, honest]))["plan"] == "Chest film"
    assert "Chest film" in read_sections(merge_note([*PAIR, honest]))["plan"]


@pytest.mark.django_db
def test_a_learner_cannot_make_the_note_unreadable(booked: Booker, client: Client, osei: User) -> None:
    encounter: Encounter = booked()
    learner = seat_of(encounter, "learner")
    assert code_of(send(learner, "note.update", {"update": base64.b64encode(BROKEN).decode()})) == "bad_payload"
    assert code_of(send(learner, "note.update", written({"plan": "Chest film"}))) == "ok"
    for update in PAIR:
        assert code_of(send(learner, "note.update", {"update": base64.b64encode(update).decode()})) == "ok"
    assert "Chest film" in read_note(encounter.pk).sections["plan"]
    client.force_login(osei)
    assert client.get(f"/e/{encounter.pk}/note/").status_code == 200
