"""Submitting, returning, co-signing: versions that never change, and who may make them."""

from __future__ import annotations

from typing import Any

import pytest

from farward.encounters.note.queries import read_note
from farward.journal.models import Entry
from tests.encounters.support import bring_to, code_of, seat_of, send
from tests.fixtures.cast import Booker

from .support import EMPTY, NOTE, cosign, give_back, note_of, submit, write_as

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_submitted_note_waits_as_version_one(booked: Booker) -> None:
    encounter = booked()
    assert submit(encounter) == "ok"
    assert note_of(encounter) == ("submitted", 1)
    assert read_note(encounter.pk).versions[0].sections == NOTE


def test_a_returned_note_comes_back_as_the_next_version(booked: Booker) -> None:
    encounter = booked()
    submit(encounter)
    assert give_back(encounter) == "ok"
    assert note_of(encounter) == ("returned", 1)
    assert submit(encounter, {**NOTE, "plan": "Chest film today"}) == "ok"
    assert note_of(encounter) == ("submitted", 2)
    versions = read_note(encounter.pk).versions
    assert [(v.number, v.state) for v in versions] == [(1, "returned"), (2, "waiting")]
    assert versions[0].comment == "Say how long."


def test_a_cosigned_note_is_locked_for_good(booked: Booker) -> None:
    encounter = booked()
    submit(encounter)
    assert cosign(encounter) == "ok"
    assert note_of(encounter) == ("cosigned", 1)
    learner = seat_of(encounter, "learner")
    assert write_as(learner, {"plan": "Something else"}) == "note_locked"
    assert submit(encounter, {**NOTE, "plan": "Something else"}) == "note_locked"
    assert give_back(encounter) == "note_locked"
    assert cosign(encounter) == "note_locked"


def test_signed_versions_never_change(booked: Booker) -> None:
    encounter = booked()
    submit(encounter)
    cosign(encounter)
    before = read_note(encounter.pk).versions
    rows = list(Entry.objects.filter(kind="note.submit").values_list("ciphertext", flat=True))
    bring_to(encounter, "closed")
    assert submit(encounter, EMPTY | {"plan": "Other"}) == "note_locked"
    assert give_back(encounter) == "note_locked"
    assert read_note(encounter.pk).versions == before
    assert list(Entry.objects.filter(kind="note.submit").values_list("ciphertext", flat=True)) == rows


def test_a_signature_for_another_text_is_stale(booked: Booker) -> None:
    encounter = booked()
    submit(encounter)
    assert cosign(encounter, sections={**NOTE, "plan": "Nothing"}) == "note_stale"
    assert note_of(encounter) == ("submitted", 1)


def test_a_signature_for_a_replaced_version_is_stale(booked: Booker) -> None:
    encounter = booked()
    submit(encounter)
    submit(encounter, {**NOTE, "plan": "Chest film today"})
    assert cosign(encounter, version=1) == "note_stale"
    assert give_back(encounter, version=1) == "note_stale"
    assert [v.state for v in read_note(encounter.pk).versions] == ["replaced", "waiting"]


def test_nothing_can_be_signed_before_it_is_submitted(booked: Booker) -> None:
    encounter = booked()
    assert cosign(encounter) == "note_stale"


def test_the_note_can_be_finished_after_the_visit_is_closed(booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "closed")
    assert write_as(seat_of(encounter, "learner"), NOTE) == "ok"
    assert submit(encounter) == "ok"
    assert cosign(encounter) == "ok"


def test_only_the_learner_submits_and_only_the_preceptor_decides(booked: Booker) -> None:
    encounter = booked()
    preceptor, learner = seat_of(encounter, "preceptor"), seat_of(encounter, "learner")
    assert code_of(send(preceptor, "note.submit", {"sections": NOTE})) == "not_allowed"
    submit(encounter)
    assert code_of(send(learner, "note.return", {"version": 1, "comment": "x"})) == "not_allowed"
    assert code_of(send(learner, "note.cosign", {"version": 1, "digest": "0" * 64})) == "not_allowed"


@pytest.mark.parametrize("kind", ["note.update", "note.comment", "note.submit", "summary"])
def test_a_patient_writes_no_note(booked: Booker, kind: str) -> None:
    encounter = booked()
    payloads: dict[str, dict[str, Any]] = {
        "note.update": {"update": "AAA="},
        "note.comment": {"section": "plan", "text": "x"},
        "note.submit": {"sections": NOTE},
        "summary": {"text": "x"},
    }
    assert code_of(send(seat_of(encounter, "patient"), kind, payloads[kind])) == "not_allowed"


def test_an_update_that_is_none_is_refused_and_the_note_stays_readable(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    write_as(learner, NOTE)
    assert code_of(send(learner, "note.update", {"update": "anVuaw=="})) == "bad_payload"
    assert code_of(send(learner, "note.update", {"update": "AAA"})) == "bad_payload"
    assert read_note(encounter.pk).sections == NOTE


def test_an_empty_note_is_not_submitted(booked: Booker) -> None:
    assert submit(booked(), EMPTY) == "note_empty"


def test_a_note_too_long_for_one_entry_is_refused_with_a_code(booked: Booker) -> None:
    encounter = booked()
    long = dict.fromkeys(EMPTY, "漢" * 5500)
    assert submit(encounter, long) == "too_large"
    assert note_of(encounter) == ("draft", 0)


def test_submitting_is_one_version_for_each_entry_however_often_it_is_sent(booked: Booker) -> None:
    from farward.encounters.actions.entries import append_from_seat
    from tests.encounters.support import raw_entry

    encounter = booked()
    item = raw_entry("note.submit", {"sections": NOTE})
    for _ in range(3):
        append_from_seat(seat_id=seat_of(encounter, "learner").pk, items=[item])
    assert note_of(encounter) == ("submitted", 1)
