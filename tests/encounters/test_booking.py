"""Booking, moving, cancelling: what is accepted, what is refused and which field is named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from farward.encounters.actions.booking import (
    SeatRequest,
    add_seat,
    cancel_encounter,
    mark_no_show,
    move_encounter,
)
from farward.encounters.errors import BookingInvalid, NotAllowed
from farward.encounters.identity import identity_of
from farward.encounters.models import Encounter, Seat, Status
from farward.journal.models import Journal
from farward.journal.queries import read_entries
from farward.people.models import Membership
from tests.fixtures.cast import make_person

from .support import code_of, join, payloads, seat_of, send

if TYPE_CHECKING:
    from farward.people.models import Rotation, Site, User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

RIVERA = SeatRequest(role="patient", name="Ms Rivera", email="rivera@mail.example")


def refused_field(booked: Booker, **changes: Any) -> str:
    with pytest.raises(BookingInvalid) as error:
        booked(**changes)
    assert error.value.message
    return error.value.field


def test_a_booking_makes_seats_and_opens_the_journal_with_what_was_booked(booked: Booker, kofi: User) -> None:
    encounter = booked()
    assert sorted(encounter.seats.values_list("role", flat=True)) == ["learner", "patient", "preceptor"]
    entries = read_entries(journal_id=encounter.pk)
    assert [entry.kind for entry in entries] == ["opened", "brief", "booking"]
    assert {entry.author for entry in entries} == {f"user:{kofi.pk}"}
    assert entries[1].audience == "care"
    assert payloads(encounter, "brief")[0].text == "Cough for three weeks"


def test_the_patients_name_is_sealed_and_opens_for_its_seat_alone(booked: Booker) -> None:
    patient = seat_of(booked(), "patient")
    assert b"Rivera" not in bytes(patient.identity)
    assert identity_of(patient).name == "Ms Rivera"
    assert identity_of(patient).email == "rivera@mail.example"


def test_a_name_whose_key_was_thrown_away_is_gone(booked: Booker) -> None:
    from farward.vault.keys import destroy_keys

    patient = seat_of(booked(), "patient")
    destroy_keys(patient.encounter_id, ["identity"])
    assert identity_of(patient).name == ""


@pytest.mark.parametrize("who", ["amina", "sam", "support", "privacy_officer"])
def test_who_is_no_coordinator_preceptor_or_administrator_books_nothing(
    who: str, booked: Booker, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotAllowed):
        booked(by=request.getfixturevalue(who))
    assert not Encounter.objects.exists()
    assert not Journal.objects.exists()


@pytest.mark.parametrize("who", ["kofi", "osei", "administrator"])
def test_coordinators_preceptors_and_administrators_book(
    who: str, booked: Booker, request: pytest.FixtureRequest
) -> None:
    assert booked(by=request.getfixturevalue(who)).status == Status.BOOKED


def test_a_coordinator_books_nothing_at_another_site(booked: Booker, other_site: Site) -> None:
    with pytest.raises(NotAllowed):
        booked(site=other_site)


@pytest.mark.parametrize("kind", ["clinic", "simulated"])
def test_a_visit_needs_exactly_one_patient(kind: str, booked: Booker, amina: User, osei: User) -> None:
    staff = [SeatRequest(role="learner", user=amina), SeatRequest(role="preceptor", user=osei)]
    assert refused_field(booked, kind=kind, seats=staff) == "seats"
    assert refused_field(booked, kind=kind, seats=[*staff, RIVERA, RIVERA]) == "seats"


def test_a_visit_needs_a_learner_and_a_preceptor(booked: Booker, amina: User, osei: User) -> None:
    assert refused_field(booked, seats=[SeatRequest(role="learner", user=amina), RIVERA]) == "seats"
    assert refused_field(booked, seats=[SeatRequest(role="preceptor", user=osei), RIVERA]) == "seats"


def test_practice_needs_the_learner_alone(booked: Booker, amina: User) -> None:
    assert booked(kind="practice", seats=[SeatRequest(role="learner", user=amina)]).kind == "practice"
    assert refused_field(booked, kind="practice", seats=[SeatRequest(role="learner", user=amina), RIVERA]) == "seats"


def test_only_a_preceptor_of_the_site_can_be_the_preceptor(booked: Booker, amina: User, kofi: User) -> None:
    seats = [SeatRequest(role="learner", user=amina), SeatRequest(role="preceptor", user=kofi), RIVERA]
    assert refused_field(booked, seats=seats) == "seats.1.user"


def test_only_a_learner_can_be_the_learner(booked: Booker, sam: User, osei: User) -> None:
    seats = [SeatRequest(role="learner", user=sam), SeatRequest(role="preceptor", user=osei), RIVERA]
    assert refused_field(booked, seats=seats) == "seats.0.user"


def test_a_closed_account_gets_no_seat(booked: Booker, amina: User) -> None:
    amina.is_active = False
    amina.save()
    assert refused_field(booked) == "seats.0.user"


def test_a_patient_needs_a_name_and_a_true_address(booked: Booker, amina: User, osei: User) -> None:
    staff = [SeatRequest(role="learner", user=amina), SeatRequest(role="preceptor", user=osei)]
    assert refused_field(booked, seats=[*staff, SeatRequest(role="patient", name=" ")]) == "seats.2.name"
    bad = SeatRequest(role="patient", name="Ms Rivera", email="rivera")
    assert refused_field(booked, seats=[*staff, bad]) == "seats.2.email"


def test_nobody_sits_twice(booked: Booker, amina: User, site: Site) -> None:
    Membership.objects.create(user=amina, site=site, role="preceptor")
    seats = [SeatRequest(role="learner", user=amina), SeatRequest(role="preceptor", user=amina), RIVERA]
    assert refused_field(booked, seats=seats) == "seats"


def test_a_mesh_holds_five_and_a_helper(booked: Booker) -> None:
    guests = tuple(SeatRequest(role=role, name="Guest") for role in ("companion", "interpreter"))
    helper = SeatRequest(role="helper", name="Noor")
    assert booked(extra=(*guests, helper)).seats.count() == 6
    assert refused_field(booked, extra=(*guests, SeatRequest(role="observer", name="One more"))) == "seats"


def test_times_must_make_sense(booked: Booker) -> None:
    now = timezone.now()
    assert refused_field(booked, starts_at=now, ends_at=now) == "ends_at"
    assert refused_field(booked, minutes=2) == "ends_at"
    assert refused_field(booked, minutes=60 * 9) == "ends_at"
    assert refused_field(booked, starts_at=now - timedelta(hours=3)) == "starts_at"
    assert refused_field(booked, starts_at=now + timedelta(days=1000)) == "starts_at"


def test_an_unknown_kind_or_role_is_named(booked: Booker, amina: User) -> None:
    assert refused_field(booked, kind="party") == "kind"
    assert refused_field(booked, seats=[SeatRequest(role="king", user=amina)]) == "seats.0.role"


def test_a_rotation_of_another_site_is_refused(booked: Booker, rotation: Rotation, other_site: Site) -> None:
    rotation.site = other_site
    rotation.save()
    assert refused_field(booked, rotation=rotation) == "rotation"


def test_a_refused_booking_leaves_nothing_behind(booked: Booker) -> None:
    refused_field(booked, brief="x" * 4001)
    assert not Encounter.objects.exists()
    assert not Seat.objects.exists()


def test_moving_moves_the_links_with_it(booked: Booker, kofi: User) -> None:
    from farward.encounters.actions.invitations import issue_invitation

    encounter = booked()
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    later = encounter.starts_at + timedelta(days=3)
    move_encounter(by=kofi, encounter=encounter, starts_at=later, ends_at=later + timedelta(minutes=30))
    issued.invitation.refresh_from_db()
    assert issued.invitation.opens_at == later - timedelta(hours=24)
    assert issued.invitation.expires_at == later + timedelta(minutes=150)
    assert payloads(encounter, "booking")[-1].change == "moved"


def test_what_has_begun_is_not_moved(booked: Booker, kofi: User) -> None:
    encounter = booked()
    join(seat_of(encounter, "learner"))
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(BookingInvalid) as error:
        move_encounter(by=kofi, encounter=encounter, starts_at=later, ends_at=later + timedelta(hours=1))
    assert error.value.code == "began"


def test_cancelling_shows_everyone_out_and_takes_no_more_entries(booked: Booker, kofi: User) -> None:
    encounter = booked()
    patient = seat_of(encounter, "patient")
    join(patient)
    cancel_encounter(by=kofi, encounter=encounter, reason="Dr Osei is ill")
    encounter.refresh_from_db()
    patient.refresh_from_db()
    assert (encounter.status, patient.presence) == (Status.CANCELLED, "left")
    assert payloads(encounter, "booking")[-1].reason == "Dr Osei is ill"
    assert code_of(send(patient, "message", {"text": "Hello?"})) == "journal_closed"


def test_a_no_show_ends_the_encounter(booked: Booker, osei: User) -> None:
    encounter = mark_no_show(by=osei, encounter=booked())
    assert encounter.status == Status.NO_SHOW
    assert payloads(encounter, "booking")[-1].change == "no_show"


def test_what_is_over_stays_as_it_is(booked: Booker, kofi: User) -> None:
    encounter = mark_no_show(by=kofi, encounter=booked())
    with pytest.raises(BookingInvalid):
        cancel_encounter(by=kofi, encounter=encounter)
    with pytest.raises(BookingInvalid):
        add_seat(by=kofi, encounter=encounter, request=SeatRequest(role="companion", name="Son"))


@pytest.mark.parametrize("who", ["amina", "sam"])
def test_strangers_and_learners_change_nothing(who: str, booked: Booker, request: pytest.FixtureRequest) -> None:
    encounter, user = booked(), request.getfixturevalue(who)
    later = timezone.now() + timedelta(days=1)
    for change in (
        lambda: cancel_encounter(by=user, encounter=encounter),
        lambda: mark_no_show(by=user, encounter=encounter),
        lambda: add_seat(by=user, encounter=encounter, request=SeatRequest(role="companion", name="Son")),
        lambda: move_encounter(by=user, encounter=encounter, starts_at=later, ends_at=later + timedelta(hours=1)),
    ):
        with pytest.raises(NotAllowed):
            change()
    encounter.refresh_from_db()
    assert encounter.status == Status.BOOKED


def test_a_companion_can_be_added_while_the_visit_runs(booked: Booker, kofi: User) -> None:
    encounter = booked()
    join(seat_of(encounter, "learner"))
    seat = add_seat(by=kofi, encounter=encounter, request=SeatRequest(role="companion", name="Luis Rivera"))
    assert identity_of(seat).name == "Luis Rivera"
    assert payloads(encounter, "booking")[-1].seat == seat.pk


def test_a_second_patient_cannot_be_added(booked: Booker, kofi: User) -> None:
    with pytest.raises(BookingInvalid):
        add_seat(by=kofi, encounter=booked(), request=SeatRequest(role="patient", name="Another"))


def test_an_added_preceptor_must_be_one(booked: Booker, kofi: User, site: Site) -> None:
    nobody = make_person("Pat Nobody", site, "learner")
    with pytest.raises(BookingInvalid) as error:
        add_seat(by=kofi, encounter=booked(), request=SeatRequest(role="preceptor", user=nobody))
    assert error.value.field == "seats.3.user"
