"""The next step: always there, one sentence, and about what matters most."""

from __future__ import annotations

from itertools import product

import pytest

from farward.encounters.guidance import Situation, hold_reason, next_step
from farward.encounters.models import Kind, NoteState, Phase, SeatRole

ALL = list(product(Kind.values, Phase.values, SeatRole.values))


@pytest.mark.parametrize(("kind", "phase", "role"), ALL)
def test_everyone_has_a_next_step_in_every_phase_of_every_kind(kind: str, phase: str, role: str) -> None:
    for situation in (
        Situation(),
        Situation(live=False, patient_here=False, preceptor_here=False),
        Situation(missing="The patient has not yet agreed.", denied=True, whispering=True, stance="in"),
    ):
        sentence = next_step(kind, phase, role, situation)
        assert sentence.endswith(".")
        assert len(sentence) <= 160


def test_the_learner_asks_who_is_with_the_patient_at_check_in() -> None:
    assert "confirm who is with them" in next_step("clinic", "check_in", "learner", Situation())


def test_missing_consent_comes_before_the_interview() -> None:
    step = next_step("clinic", "check_in", "learner", Situation(missing="The patient has not yet agreed to the visit."))
    assert step == "Ask for consent. The patient has not yet agreed to the visit."


def test_a_waiting_device_comes_before_everything_else_for_staff_alone() -> None:
    waiting = Situation(waiting=True, denied=True)
    for role in ("learner", "preceptor"):
        assert "waits to be let in" in next_step("clinic", "interview", role, waiting)
    assert "waits to be let in" not in next_step("clinic", "interview", "patient", waiting)


def test_the_patient_is_never_told_what_is_wrong_with_staff() -> None:
    step = next_step("clinic", "huddle", "patient", Situation(preceptor_here=False))
    assert "preceptor" not in step


def test_who_withdrew_is_told_that_nobody_sees_or_hears_them() -> None:
    assert "nobody sees or hears you" in next_step("clinic", "interview", "patient", Situation(denied=True))


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        (Situation(), "Listen in if you like"),
        (Situation(stance="listening"), "You are listening"),
        (Situation(stance="in"), "You are in the conversation"),
        (Situation(stance="listening", whispering=True), "Only the learner hears you"),
    ],
)
def test_the_preceptor_knows_where_they_stand(situation: Situation, words: str) -> None:
    assert words in next_step("clinic", "interview", "preceptor", situation)


@pytest.mark.parametrize("role", ["learner", "preceptor"])
def test_after_the_close_the_note_leads(role: str) -> None:
    steps = {next_step("clinic", "closed", role, Situation(note_state=state)) for state in NoteState.values}
    assert len(steps) == len(NoteState.values)


def test_a_hold_says_why_in_every_phase() -> None:
    for phase in Phase.values:
        for denied in (True, False):
            assert hold_reason(phase, denied=denied, learner="Amina", preceptor="Dr Osei").endswith(
                (".", "agree again.")
            )
    assert "The answer was no" in hold_reason("interview", denied=True, learner="", preceptor="")
    assert "technical problem" in hold_reason("tech_break", denied=False, learner="", preceptor="")
