"""What a device may say of its own connection, and how the others read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest

from farward.encounters.connection.handlers import MOST_A_MINUTE
from farward.encounters.connection.words import own_reasons, reason_sentences, rung_names, tell_rung
from farward.encounters.debrief.queries import timeline_of
from farward.encounters.entries import RungName, RungReason
from farward.encounters.live.reading import QUIET
from farward.encounters.models import Encounter, Seat
from farward.media.ladder import REASONS, RUNGS

from .support import bring_to, code_of, seat_of, send

if TYPE_CHECKING:
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

DOWN = {"rung": "voice", "was": "video", "reason": "loss"}


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked()
    bring_to(encounter, "interview")
    return encounter


def test_a_change_is_taken_and_told_in_the_debrief(encounter: Encounter) -> None:
    patient, preceptor = seat_of(encounter, "patient"), seat_of(encounter, "preceptor")
    assert code_of(send(patient, "rung", DOWN)) == "ok"
    timeline = timeline_of(preceptor)
    assert timeline is not None
    [moment] = [moment for moment in timeline.moments if moment.kind == "rung"]
    assert (moment.author, moment.change) == (f"seat:{patient.pk}", ("voice", "loss"))
    assert tell_rung("Ms Rivera", "voice", "loss") == "Ms Rivera's connection is weak: sound only for now."


@pytest.mark.parametrize(
    "lie",
    [
        DOWN | {"rung": "8k"},
        DOWN | {"reason": "patient"},
        DOWN | {"was": 3},
        DOWN | {"seat": "another"},
        DOWN | {"kbps": 9e99},
        {"rung": "voice"},
        DOWN | {"was": "voice"},
    ],
    ids=["rung", "reason", "was", "seat", "extra", "lacking", "no change"],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(lie: dict[str, Any], encounter: Encounter) -> None:
    result = send(seat_of(encounter, "patient"), "rung", lie)
    assert code_of(result) == "bad_payload"
    assert result.refused[0].message.endswith(".")


def test_a_device_that_changes_all_the_time_is_told_to_wait(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    codes = [code_of(send(patient, "rung", DOWN)) for _ in range(MOST_A_MINUTE * 2 + 1)]
    # The minute may turn once while they are sent.
    assert "too_often" in codes
    assert code_of(send(seat_of(encounter, "learner"), "rung", DOWN)) == "ok", "it harms only itself"


def test_a_device_that_says_all_the_time_how_good_its_connection_is_is_told_to_wait(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    codes = [code_of(send(patient, "link", {"quality": "bad"})) for _ in range(MOST_A_MINUTE * 2 + 1)]
    assert "too_often" in codes
    assert code_of(send(seat_of(encounter, "learner"), "link", {"quality": "weak"})) == "ok", "it harms only itself"


def test_it_goes_to_everyone_and_only_while_there_is_a_visit(encounter: Encounter, booked: Booker) -> None:
    patient = seat_of(encounter, "patient")
    assert code_of(send(patient, "rung", DOWN, "staff")) != "ok"
    other = booked()
    stranger = seat_of(other, "patient")
    send(stranger, "rung", DOWN)
    timeline = timeline_of(seat_of(encounter, "preceptor"))
    assert timeline is not None
    assert [moment for moment in timeline.moments if moment.kind == "rung"] == []
    Seat.objects.filter(pk=patient.pk).update(removed_at=patient.created_at)
    assert code_of(send(seat_of(encounter, "patient"), "rung", DOWN)) == "removed"


def test_every_rung_and_reason_has_its_words() -> None:
    assert set(rung_names()) == set(get_args(RungName))
    assert set(reason_sentences()) == set(own_reasons()) == set(get_args(RungReason))


def test_the_journal_knows_exactly_the_rungs_and_reasons_of_the_table() -> None:
    assert get_args(RungName) == RUNGS
    assert get_args(RungReason) == REASONS


def test_a_change_of_rung_changes_no_wiring() -> None:
    assert "rung" in QUIET
