"""Coming, being lost, leaving: what is written, what begins, and who is shown the door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest, cancel_encounter
from farward.encounters.actions.presence import join_seat, leave_seat, lose_seat, sweep_lost, sweep_stale, touch_seats
from farward.encounters.models import Encounter, Seat
from farward.encounters.queries import room_state

from .support import bring_to, code_of, consent, join, new_device, new_id, payloads, seat_of, send, wiring_for

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


@pytest.fixture
def learner(encounter: Encounter) -> Seat:
    return seat_of(encounter, "learner")


def states(encounter: Encounter) -> list[str]:
    return [payload.state for payload in payloads(encounter, "presence")]


def bye(seat: Seat, **changes: object) -> str:
    device, _token = new_device(seat)
    return join_seat(seat_id=seat.pk, device_id=device.pk, instance=new_id(), **changes).bye  # type: ignore[arg-type]


def test_the_first_who_joins_makes_the_encounter_live(encounter: Encounter, learner: Seat) -> None:
    join(learner)
    encounter.refresh_from_db()
    assert (encounter.status, encounter.phase) == ("live", "huddle")
    assert encounter.phase_since is not None
    began = encounter.phase_since
    join(seat_of(encounter, "patient"))
    encounter.refresh_from_db()
    assert encounter.phase_since == began


def test_each_transition_is_written_once(encounter: Encounter, learner: Seat) -> None:
    page = join(learner)
    device = learner.devices.get()
    join_seat(seat_id=learner.pk, device_id=device.pk, instance=page)
    lose_seat(seat_id=learner.pk, instance=page)
    lose_seat(seat_id=learner.pk, instance=page)
    join_seat(seat_id=learner.pk, device_id=device.pk, instance=page)
    leave_seat(seat_id=learner.pk, instance=page)
    leave_seat(seat_id=learner.pk, instance=page)
    assert states(encounter) == ["joined", "lost", "joined", "left"]


def test_who_was_lost_has_been_here_since_they_came_and_who_left_has_not(learner: Seat) -> None:
    page = join(learner)
    learner.refresh_from_db()
    came = learner.here_since
    lose_seat(seat_id=learner.pk, instance=page)
    learner.refresh_from_db()
    assert (learner.presence, learner.here_since, learner.instance) == ("lost", came, page)
    leave_seat(seat_id=learner.pk, instance=page)
    learner.refresh_from_db()
    assert (learner.presence, learner.here_since, learner.instance) == ("left", None, None)


def test_leaving_ends_listening_whispering_and_a_raised_hand(encounter: Encounter) -> None:
    bring_to(encounter, "interview")
    preceptor = seat_of(encounter, "preceptor")
    assert code_of(send(preceptor, "whisper", {"on": True})) == "ok"
    assert code_of(send(preceptor, "hand", {"up": True})) == "ok"
    preceptor.refresh_from_db()
    assert preceptor.instance is not None
    leave_seat(seat_id=preceptor.pk, instance=preceptor.instance)
    preceptor.refresh_from_db()
    assert (preceptor.stance, preceptor.whispering, preceptor.hand_since) == ("away", False, None)


def test_a_reload_is_a_new_page_and_is_told(encounter: Encounter, learner: Seat) -> None:
    join(learner)
    device = learner.devices.get()
    page = new_id()
    assert join_seat(seat_id=learner.pk, device_id=device.pk, instance=page).ok
    assert payloads(encounter, "presence")[-1].instance == page


def test_the_room_opens_half_an_hour_before(booked: Booker) -> None:
    learner = seat_of(booked(starts_at=timezone.now() + timedelta(hours=1)), "learner")
    assert bye(learner) == "early"
    assert bye(learner, now=timezone.now() + timedelta(minutes=31)) == ""


def test_a_visit_that_nobody_began_is_over_two_hours_after_its_end(learner: Seat) -> None:
    assert bye(learner, now=learner.encounter.ends_at + timedelta(hours=3)) == "gone"


def test_a_visit_that_runs_late_goes_on(encounter: Encounter, learner: Seat) -> None:
    join(learner)
    assert bye(seat_of(encounter, "patient"), now=encounter.ends_at + timedelta(hours=3)) == ""


def test_nobody_joins_a_cancelled_visit(encounter: Encounter, learner: Seat, kofi: User) -> None:
    device, _token = new_device(learner)
    cancel_encounter(by=kofi, encounter=encounter)
    assert join_seat(seat_id=learner.pk, device_id=device.pk, instance=new_id()).bye == "cancelled"


def test_a_removed_seat_does_not_join_again(encounter: Encounter, learner: Seat) -> None:
    join(learner)
    device = learner.devices.get()
    preceptor = seat_of(encounter, "preceptor")
    assert code_of(send(preceptor, "remove", {"seat": str(learner.pk)})) == "ok"
    assert join_seat(seat_id=learner.pk, device_id=device.pk, instance=new_id()).bye == "removed"


@pytest.mark.parametrize(
    ("role", "bye"), [("learner", ""), ("preceptor", ""), ("patient", ""), ("companion", ""), ("observer", "gone")]
)
def test_after_the_close_who_may_still_hand_something_in_comes_back_and_is_not_there(
    booked: Booker, role: str, bye: str
) -> None:
    encounter = booked(extra=tuple(SeatRequest(role=each, name="X") for each in ("companion", "observer")))
    bring_to(encounter, "closed")
    written = states(encounter)
    seat = seat_of(encounter, role)
    outcome = join_seat(seat_id=seat.pk, device_id=seat.devices.get().pk, instance=new_id())
    assert outcome.bye == bye
    assert states(encounter) == written
    assert seat_of(encounter, role).presence == "left"


def test_what_a_patients_device_could_not_send_before_the_close_arrives_or_is_refused_with_a_reason(
    encounter: Encounter,
) -> None:
    bring_to(encounter, "closed")
    patient = seat_of(encounter, "patient")
    late = send(patient, "message", {"text": "One more thing"})
    assert (code_of(late), late.refused[0].message[-1]) == ("journal_closed", ".")
    assert consent(patient, "stills", "withdrawn") == "ok"


def test_closing_leaves_nobody_in_the_room(encounter: Encounter) -> None:
    bring_to(encounter, "closed")
    assert set(encounter.seats.values_list("presence", flat=True)) == {"left"}


def test_an_unknown_seat_is_gone() -> None:
    assert join_seat(seat_id=new_id(), device_id=new_id(), instance=new_id()).bye == "gone"
    lose_seat(seat_id=new_id(), instance=new_id())


def test_a_seat_whose_lease_ran_out_is_lost_and_one_that_was_renewed_is_not(encounter: Encounter) -> None:
    learner, patient = seat_of(encounter, "learner"), seat_of(encounter, "patient")
    join(learner)
    join(patient)
    later = timezone.now() + timedelta(seconds=30)
    touch_seats([learner.pk], now=later)
    assert sweep_stale(older_than=later - timedelta(seconds=10)) == 1
    learner.refresh_from_db()
    patient.refresh_from_db()
    assert (learner.presence, patient.presence) == ("joined", "lost")
    assert sweep_stale(older_than=later - timedelta(seconds=10)) == 0


def test_a_preceptor_who_was_lost_for_long_has_left_and_is_no_longer_announced_as_listening(
    encounter: Encounter,
) -> None:
    bring_to(encounter, "interview")
    preceptor, patient = seat_of(encounter, "preceptor"), seat_of(encounter, "patient")
    send(preceptor, "stance", {"stance": "listening"})
    preceptor.refresh_from_db()
    assert preceptor.instance is not None
    lose_seat(seat_id=preceptor.pk, instance=preceptor.instance)
    now = timezone.now()
    assert sweep_lost(older_than=now - timedelta(minutes=15)) == 0
    assert listeners(patient) == [str(preceptor.pk)]
    assert sweep_lost(older_than=now + timedelta(minutes=1)) == 1
    assert listeners(patient) == []
    assert [peer["seat"] for peer in wiring_for(patient.pk)["peers"]] == [str(seat_of(encounter, "learner").pk)]
    preceptor.refresh_from_db()
    assert (preceptor.presence, preceptor.stance) == ("left", "away")
    assert sweep_lost(older_than=now + timedelta(minutes=1)) == 0


def test_who_left_because_they_were_lost_for_long_simply_comes_back(encounter: Encounter, learner: Seat) -> None:
    page = join(learner)
    lose_seat(seat_id=learner.pk, instance=page)
    sweep_lost(older_than=timezone.now() + timedelta(minutes=1))
    assert join_seat(seat_id=learner.pk, device_id=learner.devices.get().pk, instance=page).ok
    assert states(encounter) == ["joined", "lost", "left", "joined"]


def test_how_long_somebody_is_lost_counts_from_when_it_was_noticed(encounter: Encounter, learner: Seat) -> None:
    join(learner)
    long_ago = timezone.now() - timedelta(hours=1)
    Seat.objects.filter(pk=learner.pk).update(seen_at=long_ago)
    assert sweep_stale(older_than=timezone.now() - timedelta(seconds=35)) == 1
    assert sweep_lost(older_than=timezone.now() - timedelta(minutes=15)) == 0


def test_a_page_by_messages_that_was_closed_is_not_swept_away(encounter: Encounter, learner: Seat) -> None:
    Encounter.objects.update(mode="store_and_forward", answer_hours=24)
    lose_seat(seat_id=learner.pk, instance=join(learner))
    assert sweep_lost(older_than=timezone.now() + timedelta(minutes=1)) == 0


def listeners(seat: Seat) -> list[str]:
    """Who is announced to this seat as listening without being heard."""
    circle = room_state(seat.pk)["circle"]
    found: list[str] = circle["listeners"]
    return found
