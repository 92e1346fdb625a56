"""The rehearsal's judgement: what counts as heard, and that a leak is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farward.cli.rehearse import ears
from farward.cli.rehearse.ears import SCENES, Ears, Heard, decibels, sum_up
from farward.cli.rehearse.verdicts import Verdicts
from tests.cli.made_up import made_up_record

SCENE = {scene.key: scene for scene in SCENES}


def heard(*, level: float, pictures: float, expected: bool, seconds: float = 4.0) -> Heard:
    return Heard("patient", "preceptor", level, pictures, expected, expected, seconds)


def test_a_good_rehearsal_holds_in_every_scene_for_every_pair() -> None:
    record = made_up_record()
    assert len(record.verdicts) == len(SCENES) * 6 * 2
    assert all(verdict.held for verdict in record.verdicts)


def test_a_leak_into_the_hallway_fails_by_name() -> None:
    failed = [verdict.name for verdict in made_up_record(leak=True).verdicts if not verdict.held]
    assert failed == ["hallway_patient_does_not_hear_preceptor", "hallway_patient_does_not_see_preceptor"]


@pytest.mark.parametrize(
    ("level", "expected", "held"),
    [(0.1, True, True), (0.001, True, False), (0.0, True, False), (0.0, False, True), (0.001, False, False)],
)
def test_between_heard_and_silent_nothing_counts(level: float, expected: bool, held: bool) -> None:
    assert heard(level=level, pictures=0, expected=expected).sound_held is held


def test_on_a_bad_network_no_picture_is_owed_and_a_voice_may_be_a_note_by_choice() -> None:
    verdicts = Verdicts()
    silent = heard(level=0, pictures=0, expected=True)
    ears.judge(SCENE["wrap_up"], [replace(silent, picture_optional=True, sound_optional=True)], verdicts)
    [verdict] = verdicts.all
    assert (verdict.name, verdict.held) == ("wrap_up_patient_hears_preceptor", True)
    assert "voice notes" in verdict.sentence


def test_what_was_not_measured_is_not_silence() -> None:
    nothing = heard(level=0, pictures=0, expected=False, seconds=0)
    assert (nothing.sound_held, nothing.picture_held, nothing.sound) == (False, False, "not measured")


def test_enough_means_that_every_seat_was_read_often() -> None:
    listener = Ears()
    for second in range(5):
        for role in ("patient", "learner"):
            listener.take(float(second), role, {})
    assert not listener.enough(0)
    for second in range(5):
        listener.take(float(second), "preceptor", {})
    assert listener.enough(0)


def test_one_single_picture_is_a_leak() -> None:
    assert not heard(level=0, pictures=0.1, expected=False).picture_held


def test_a_seat_without_a_connection_counts_as_silent() -> None:
    listener = Ears()
    for second in range(5):
        listener.take(float(second), "patient", {})
    received = sum_up(SCENE["hallway"], listener.between(0, 5))
    assert all(pair.sound_held and pair.picture_held for pair in received if pair.listener == "patient")


def test_a_counter_that_starts_anew_belongs_to_a_new_connection() -> None:
    listener = Ears()
    for at, energy in ((0.0, 5.0), (1.0, 6.0), (2.0, 0.25)):
        listener.take(at, "patient", {"learner": {"audioEnergy": energy, "videoFrames": 0}})
    grown = [reading.energy for reading in listener.readings if reading.source == "learner"]
    assert grown == [1.0, 0.25]


def test_a_whisper_is_heard_by_the_learner_alone_and_seen_by_nobody() -> None:
    whisper = SCENE["whisper"]
    assert [listener for listener in ears.ROLES if whisper.should_hear(listener, "preceptor")] == ["learner"]
    assert not any(whisper.should_see(listener, "preceptor") for listener in ears.ROLES)


def test_an_assertion_reached_twice_is_a_mistake_in_the_play() -> None:
    verdicts = Verdicts()
    verdicts.add("once", held=True, sentence="Once.")
    with pytest.raises(ValueError, match="twice"):
        verdicts.add("once", held=True, sentence="Once.")


def test_levels_are_told_in_decibels() -> None:
    assert (decibels(0.1), decibels(0.0)) == ("−20 dB", "silence")
