"""Encounters by messages: booked so, wired to nobody, moved on by answers, and watched when one is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.answers.reminders import remind_late
from farward.encounters.errors import BookingInvalid
from farward.encounters.guidance import Situation, next_step
from farward.encounters.models import Encounter, Phase, SeatRole
from farward.encounters.phases import Moment, block_of, next_phases
from farward.encounters.queries import room_state
from farward.people.models import User
from farward.web.home import home_of
from tests.encounters.support import agree, code_of, join, join_all, move, payloads, seat_of, send, wiring_for
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

WEEK = 7 * 24 * 60


@pytest.fixture
def by_messages(booked: Booker) -> Booker:
    def book(**changes: Any) -> Encounter:
        return booked(**({"mode": "store_and_forward", "answer_hours": 24, "minutes": WEEK} | changes))

    return book


def ask(encounter: Encounter) -> str:
    return code_of(send(seat_of(encounter, "learner"), "question", {"text": "Is it asthma?"}, "care"))


def answer(encounter: Encounter) -> str:
    return code_of(send(seat_of(encounter, "preceptor"), "answer", {"text": "Ask about the nights."}, "care"))


def make_late(encounter: Encounter) -> None:
    Encounter.objects.filter(pk=encounter.pk).update(answer_due=timezone.now() - timedelta(hours=2))


def test_a_booking_says_how_people_meet_and_when_answers_come(by_messages: Booker) -> None:
    encounter = by_messages()
    [opened] = payloads(encounter, "opened")
    assert (opened.mode, opened.answer_hours) == ("store_and_forward", 24)
    assert encounter.ends_at - encounter.starts_at == timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "practice", "seats": "learner"}, "mode"),
        ({"answer_hours": None}, "answer_hours"),
        ({"answer_hours": 0}, "answer_hours"),
        ({"answer_hours": 1000}, "answer_hours"),
        ({"minutes": 15 * 24 * 60}, "ends_at"),
        ({"mode": "by_pigeon"}, "mode"),
        ({"mode": "live"}, "ends_at"),
    ],
)
def test_a_booking_that_cannot_be_held_so_is_refused(
    by_messages: Booker, amina: User, changes: dict[str, Any], field: str
) -> None:
    if changes.get("seats"):
        changes = changes | {"seats": [SeatRequest(role="learner", user=amina)]}
    with pytest.raises(BookingInvalid) as refused:
        by_messages(**changes)
    assert refused.value.field == field


def test_nobody_is_wired_to_anybody_and_nobody_is_held(by_messages: Booker) -> None:
    encounter = by_messages()
    join_all(encounter)
    for phase in ("check_in", "interview", "hallway"):
        assert move(seat_of(encounter, "learner"), phase) == "ok"
        for seat in encounter.seats.all():
            assert wiring_for(seat.pk)["peers"] == []
            frame = room_state(seat.pk)
            assert (frame["hold"], frame["circle"], frame["whisper"]) == (None, None, None)


def test_the_preceptors_answer_stands_for_their_presence(by_messages: Booker) -> None:
    encounter = by_messages()
    learner = seat_of(encounter, "learner")
    join(learner)
    for phase in ("check_in", "interview", "hallway"):
        assert move(learner, phase) == "ok"
    assert move(learner, "together") == "answer_missing"
    assert ask(encounter) == "ok"
    assert move(learner, "together") == "answer_missing"
    assert answer(encounter) == "ok"
    assert ask(encounter) == "ok"
    assert move(learner, "together") == "answer_missing"
    assert answer(encounter) == "ok"
    assert move(learner, "together") == "ok"


def test_consent_is_asked_before_the_interview_as_in_every_visit(by_messages: Booker) -> None:
    encounter = by_messages(kind="clinic")
    join_all(encounter)
    learner = seat_of(encounter, "learner")
    assert move(learner, "check_in") == "ok"
    assert move(learner, "interview") == "consent_missing"
    agree(encounter)
    assert move(learner, "interview") == "ok"


def test_only_the_preceptor_closes_and_there_is_no_tech_break() -> None:
    moment = Moment(kind="clinic", phase=Phase.WRAP_UP, by_messages=True, answered=True)
    block = block_of(moment, "learner", "closed")
    assert block is not None
    assert block.code == "not_allowed"
    assert block_of(moment, "preceptor", "closed") is None
    assert Phase.TECH_BREAK not in next_phases(moment)


def test_a_live_visit_still_needs_the_preceptor_here() -> None:
    block = block_of(Moment(kind="clinic", phase=Phase.HALLWAY, answered=True), "learner", "together")
    assert block is not None
    assert block.code == "preceptor_missing"


@pytest.mark.parametrize("role", ["patient", "observer", "companion", "interpreter", "helper"])
@pytest.mark.parametrize("kind", ["question", "answer"])
def test_nobody_else_asks_or_answers(by_messages: Booker, role: str, kind: str) -> None:
    extra = () if role == "patient" else (SeatRequest(role=role, name="Sam"),)
    encounter = by_messages(extra=extra)
    join_all(encounter)
    assert code_of(send(seat_of(encounter, role), kind, {"text": "x"}, "care")) == "not_allowed"


def test_a_learner_does_not_answer_and_no_patient_is_asked(by_messages: Booker) -> None:
    encounter = by_messages()
    join_all(encounter)
    learner, preceptor = seat_of(encounter, "learner"), seat_of(encounter, "preceptor")
    assert code_of(send(learner, "answer", {"text": "x"}, "care")) == "not_allowed"
    assert code_of(send(preceptor, "question", {"text": "x"}, "care")) == "not_allowed"
    assert code_of(send(learner, "question", {"text": "x"}, "room")) != "ok"


def test_a_live_visit_takes_no_question(booked: Booker) -> None:
    encounter = booked()
    join_all(encounter)
    assert ask(encounter) == "not_by_messages"
    assert answer(encounter) == "not_by_messages"


def test_the_expected_time_is_told_to_patient_and_staff_and_a_second_question_does_not_move_it(
    by_messages: Booker,
) -> None:
    encounter = by_messages(extra=(SeatRequest(role="helper", name="Tom"),))
    join_all(encounter)
    before = timezone.now()
    ask(encounter)
    due = Encounter.objects.get(pk=encounter.pk).answer_due
    assert due is not None
    assert timedelta(0) <= due - before - timedelta(hours=24) < timedelta(minutes=1)
    ask(encounter)
    for role in ("patient", "learner", "preceptor"):
        assert room_state(seat_of(encounter, role).pk)["answer"] == {"hours": 24, "due": due.isoformat()}
    assert room_state(seat_of(encounter, "helper").pk)["answer"] is None
    answer(encounter)
    assert room_state(seat_of(encounter, "patient").pk)["answer"] == {"hours": 24, "due": None}


def test_what_waits_stands_first_with_the_preceptor_and_late_with_the_coordinator(
    by_messages: Booker, osei: User, amina: User, kofi: User
) -> None:
    late, waiting, quiet = by_messages(), by_messages(), by_messages()
    for encounter in (late, waiting, quiet):
        join_all(encounter)
    ask(waiting)
    ask(late)
    make_late(late)
    assert [row.encounter for row in home_of(osei).to_answer] == [late, waiting]
    assert [row.encounter for row in home_of(osei).by_messages] == [quiet]
    assert home_of(amina).to_answer == home_of(kofi).to_answer == []
    desk = home_of(kofi).coordination
    assert desk is not None
    assert [row.encounter for row in desk.overdue] == [late]
    for user, path in ((osei, "/"), (osei, "/tower/"), (kofi, "/")):
        client = Client()
        client.force_login(user)
        assert "Answer overdue by 2" in client.get(path).content.decode().replace("\xa0", " ")


def test_a_stranger_and_a_coordinator_elsewhere_see_nothing_late(
    by_messages: Booker, sam: User, other_site: Any, make_coordinator: Any
) -> None:
    encounter = by_messages()
    join_all(encounter)
    ask(encounter)
    make_late(encounter)
    desk = home_of(make_coordinator(other_site)).coordination
    assert desk is not None
    assert desk.overdue == []
    assert home_of(sam).to_answer == home_of(sam).by_messages == []


@pytest.fixture
def make_coordinator() -> Any:
    from tests.fixtures.cast import make_person

    return lambda site: make_person("Ana Elsewhere", site, "coordinator")


def test_a_late_answer_is_reminded_of_once_and_the_mail_names_nobody(by_messages: Booker, osei: User) -> None:
    encounter = by_messages()
    join_all(encounter)
    ask(encounter)
    assert remind_late() == 0
    make_late(encounter)
    assert (remind_late(), remind_late()) == (1, 0)
    [message] = mail.outbox
    assert message.to == [osei.email]
    told = f"{message.subject}\n{message.body}"
    assert "waits for your answer" in told
    assert not any(word in told for word in ("Rivera", "asthma", "Amina"))


def test_the_next_late_question_is_reminded_of_again(by_messages: Booker) -> None:
    encounter = by_messages()
    join_all(encounter)
    for _round in range(2):
        ask(encounter)
        make_late(encounter)
        assert remind_late() == 1
        answer(encounter)
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_gone_does_not_stop_the_reminders(
    by_messages: Booker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object, **_options: object) -> None:
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", gone)
    encounter = by_messages()
    join_all(encounter)
    ask(encounter)
    make_late(encounter)
    assert remind_late() == 1


@pytest.mark.parametrize("role", SeatRole.values)
@pytest.mark.parametrize("phase", Phase.values)
def test_everyone_has_a_next_step_by_messages_too(phase: str, role: str) -> None:
    for changes in ({}, {"asked": True}, {"answered": True}, {"missing": "The patient has not yet agreed."}):
        sentence = next_step("clinic", phase, role, Situation(by_messages=True, **changes))
        assert sentence.endswith(".")
        assert len(sentence) <= 160


def test_what_is_written_without_a_network_counts_when_it_comes(by_messages: Booker) -> None:
    encounter = by_messages()
    learner = seat_of(encounter, "learner")
    assert ask(encounter) == "not_live"
    join(learner)
    assert ask(encounter) == "ok"


def test_the_booking_desk_offers_both_ways(kofi: User, amina: User, osei: User) -> None:
    client = Client()
    client.force_login(kofi)
    data = {
        "kind": "clinic",
        "mode": "store_and_forward",
        "answer_hours": "48",
        "day": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "begins": "10:00",
        "minutes": "40",
        "learner": amina.pk,
        "preceptor": osei.pk,
        "patient_name": "Ms Rivera",
    }
    assert "By messages, answered later" in client.get(reverse("book")).content.decode()
    assert client.post(reverse("book"), data).status_code == 302
    encounter = Encounter.objects.get()
    assert (encounter.by_messages, encounter.answer_hours) == (True, 48)
    assert encounter.ends_at - encounter.starts_at == timedelta(days=7)
