"""Booking, changing and cancelling as a coordinator does it, on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from farward.encounters.identity import identity_of
from farward.encounters.models import Encounter, SeatRole, Status
from farward.people.models import Rotation, Site, User
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, kofi: User) -> Client:
    client.force_login(kofi)
    return client


@pytest.fixture
def filled(site: Site, amina: User, osei: User) -> dict[str, Any]:
    """The booking form as Kofi fills it in: tomorrow at half past two."""
    return {
        "kind": "clinic",
        "day": (timezone.localdate(timezone=site.zone) + timedelta(days=1)).isoformat(),
        "begins": "14:30",
        "minutes": "40",
        "learner": str(amina.pk),
        "preceptor": str(osei.pk),
        "patient_name": "Elena Rivera",
        "patient_email": "rivera@mail.example",
        "patient_phone": "+254 700 000 009",
        "brief": "Cough for three weeks",
    }


def test_a_booking_has_its_people_and_the_time_of_the_site(desk: Client, filled: dict[str, Any], site: Site) -> None:
    answer = desk.post("/e/new", filled)
    encounter = Encounter.objects.get()
    assert answer["Location"] == f"/e/{encounter.pk}/"
    local = timezone.localtime(encounter.starts_at, site.zone)
    assert (local.hour, local.minute) == (14, 30)
    assert encounter.ends_at - encounter.starts_at == timedelta(minutes=40)
    patient = encounter.seats.get(role=SeatRole.PATIENT)
    assert identity_of(patient).phone == "+254 700 000 009"


def test_further_people_get_seats_and_members_of_the_site_keep_their_account(
    desk: Client, filled: dict[str, Any], site: Site
) -> None:
    lena = make_person("Lena Brandt", site, "learner")
    desk.post(
        "/e/new",
        filled
        | {"extra-0-role": "observer", "extra-0-name": "Lena", "extra-0-email": lena.email}
        | {"extra-1-role": "interpreter", "extra-1-name": "Mateo Cruz"},
    )
    encounter = Encounter.objects.get()
    assert encounter.seats.get(role=SeatRole.OBSERVER).user == lena
    assert identity_of(encounter.seats.get(role=SeatRole.INTERPRETER)).name == "Mateo Cruz"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"preceptor": ""}, "preceptor"),
        ({"learner": ""}, "learner"),
        ({"patient_name": ""}, "patient_name"),
        ({"patient_email": "not an address"}, "patient_email"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": ""}, "day"),
        ({"begins": "half past"}, "begins"),
        ({"minutes": "1000"}, "minutes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_booked(
    desk: Client, filled: dict[str, Any], change: dict[str, str], field: str
) -> None:
    answer = desk.post("/e/new", filled | change)
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Encounter.objects.exists()


def test_all_that_is_wrong_is_said_at_once(desk: Client, filled: dict[str, Any]) -> None:
    wrong = {"preceptor": "", "learner": "", "patient_name": "", "day": "2020-01-01"}
    form = desk.post("/e/new", filled | wrong).context["form"]
    assert set(form.errors) == {"preceptor", "learner", "patient_name", "day"}
    form = desk.post("/e/new", filled | wrong | {"day": "", "patient_email": "nobody"}).context["form"]
    assert set(form.errors) == {"preceptor", "learner", "patient_name", "day", "patient_email"}
    assert not Encounter.objects.exists()


def test_who_is_expected_elsewhere_is_named_and_may_be_booked_anyway(desk: Client, filled: dict[str, Any]) -> None:
    desk.post("/e/new", filled)
    again = filled | {"begins": "15:00", "patient_name": "elena  rivera"}
    answer = desk.post("/e/new", again)
    page = answer.content.decode()
    for name in ("Amina Yusuf", "Dr Osei", "elena  rivera"):
        assert f"{name} is in another encounter from 14:30 to 15:10." in page
    assert Encounter.objects.count() == 1
    assert "anyway" in page
    assert desk.post("/e/new", again | {"anyway": "on"}).status_code == 302
    assert Encounter.objects.count() == 2


@pytest.mark.parametrize(
    "changes", [{"begins": "15:10"}, {"begins": "13:50"}, {"mode": "store_and_forward", "answer_hours": "24"}]
)
def test_who_comes_before_after_or_by_messages_is_expected_nowhere_else(
    desk: Client, filled: dict[str, Any], changes: dict[str, str]
) -> None:
    desk.post("/e/new", filled)
    assert desk.post("/e/new", filled | changes).status_code == 302


def test_a_booking_that_was_called_off_and_other_patients_warn_of_nothing(
    desk: Client, filled: dict[str, Any], site: Site
) -> None:
    desk.post("/e/new", filled)
    Encounter.objects.update(status=Status.CANCELLED)
    assert desk.post("/e/new", filled).status_code == 302
    others = {
        "learner": str(make_person("Lena Brandt", site, "learner").pk),
        "preceptor": str(make_person("Dr Ines Silva", site, "preceptor").pk),
        "patient_name": "Mateo Cruz",
        "patient_email": "",
        "patient_phone": "",
    }
    assert desk.post("/e/new", filled | others).status_code == 302


def test_a_further_person_without_a_name_is_asked_for_it(desk: Client, filled: dict[str, Any]) -> None:
    answer = desk.post("/e/new", filled | {"extra-2-role": "companion"})
    assert 'id="id_extra-2-name_error"' in answer.content.decode()
    assert not Encounter.objects.exists()


def test_a_time_that_the_clocks_leave_out_is_refused(
    client: Client, administrator: User, filled: dict[str, Any]
) -> None:
    site = Site.objects.create(name="Lisbon", time_zone="Europe/Lisbon")
    client.force_login(administrator)
    answer = client.post(
        f"/e/new?site={site.pk}", filled | {"day": "2027-03-28", "begins": "01:30", "learner": "", "preceptor": ""}
    )
    assert 'id="id_begins_error"' in answer.content.decode()


def test_learners_of_another_site_are_not_offered(desk: Client, amina: User, other_site: Site) -> None:
    far = make_person("Far Learner", other_site, "learner")
    page = desk.get("/e/new").content.decode()
    assert str(amina.pk) in page
    assert str(far.pk) not in page


def test_a_rotation_that_is_over_is_not_offered(desk: Client, rotation: Rotation) -> None:
    assert rotation.name in desk.get("/e/new").content.decode()
    Rotation.objects.update(starts_on="2020-01-01", ends_on="2020-02-01")
    assert rotation.name not in desk.get("/e/new").content.decode()


def test_booking_at_a_site_of_others_is_not_there(desk: Client, other_site: Site, filled: dict[str, Any]) -> None:
    assert desk.post(f"/e/new?site={other_site.pk}", filled).status_code == 404
    assert not Encounter.objects.exists()


def test_no_title_and_no_address_names_the_patient(desk: Client, booked: Booker) -> None:
    encounter = booked()
    page = desk.get(f"/e/{encounter.pk}/").content.decode()
    assert "<title>Encounter · Farward</title>" in page
    assert "Rivera" in page
    assert "Rivera" not in desk.get("/week/").content.decode()
    assert "Rivera" not in desk.get("/").content.decode()


def test_the_reason_is_read_by_the_learner_and_not_by_an_administrator(
    client: Client, amina: User, administrator: User, booked: Booker
) -> None:
    encounter = booked(brief="Cough for three weeks")
    client.force_login(amina)
    assert "Cough for three weeks" in client.get(f"/e/{encounter.pk}/").content.decode()
    client.force_login(administrator)
    assert "Cough for three weeks" not in client.get(f"/e/{encounter.pk}/").content.decode()


def test_a_learner_sees_no_addresses_and_nothing_to_change(client: Client, amina: User, booked: Booker) -> None:
    encounter = booked()
    client.force_login(amina)
    page = client.get(f"/e/{encounter.pk}/").content.decode()
    assert "rivera@mail.example" not in page
    assert "/link" not in page
    assert "/cancel" not in page


def test_moving_tells_everyone_and_keeps_the_length_asked_for(desk: Client, booked: Booker, site: Site) -> None:
    encounter = booked(starts_at=timezone.now() + timedelta(days=1))
    day = timezone.localdate(timezone=site.zone) + timedelta(days=3)
    desk.post(f"/e/{encounter.pk}/change", {"day": day.isoformat(), "begins": "09:15", "minutes": "60"})
    encounter.refresh_from_db()
    local = timezone.localtime(encounter.starts_at, site.zone)
    assert (local.date(), local.hour, local.minute) == (day, 9, 15)
    assert encounter.ends_at - encounter.starts_at == timedelta(hours=1)
    assert "rivera@mail.example" in {to for message in mail.outbox for to in message.to}


def test_a_time_in_the_past_is_refused_on_the_encounters_page(desk: Client, booked: Booker) -> None:
    encounter = booked(starts_at=timezone.now() + timedelta(days=1))
    answer = desk.post(f"/e/{encounter.pk}/change", {"day": "2020-01-01", "begins": "09:15", "minutes": "60"})
    assert answer.status_code == 422
    assert 'id="id_day_error"' in answer.content.decode()


def test_cancelling_keeps_the_reason_and_ends_the_visit(desk: Client, booked: Booker) -> None:
    encounter = booked()
    desk.post(f"/e/{encounter.pk}/cancel", {"reason": "Power cut"})
    encounter.refresh_from_db()
    assert encounter.status == Status.CANCELLED
    page = desk.get(f"/e/{encounter.pk}/").content.decode()
    assert "Cancelled" in page
    assert "Power cut" in page
    assert "/link" not in page
    assert "No link yet" not in page


def test_the_learner_reads_why_it_was_cancelled(desk: Client, client: Client, amina: User, booked: Booker) -> None:
    encounter = booked()
    desk.post(f"/e/{encounter.pk}/cancel", {"reason": "Power cut"})
    client.force_login(amina)
    assert "Power cut" in client.get(f"/e/{encounter.pk}/").content.decode()


def test_cancelling_twice_says_that_it_is_over(desk: Client, booked: Booker) -> None:
    encounter = booked()
    desk.post(f"/e/{encounter.pk}/cancel")
    answer = desk.post(f"/e/{encounter.pk}/cancel", follow=True)
    assert "This encounter is over" in answer.content.decode()


def test_a_no_show_is_noted(desk: Client, booked: Booker) -> None:
    encounter = booked()
    desk.post(f"/e/{encounter.pk}/no-show")
    encounter.refresh_from_db()
    assert encounter.status == Status.NO_SHOW
    assert "Patient did not come" in desk.get("/").content.decode()


def test_a_person_is_added_later(desk: Client, booked: Booker) -> None:
    encounter = booked()
    desk.post(f"/e/{encounter.pk}/seats/new", {"role": "companion", "name": "Rosa Rivera"})
    assert identity_of(encounter.seats.get(role=SeatRole.COMPANION)).name == "Rosa Rivera"


def test_adding_nobody_asks_for_the_role(desk: Client, booked: Booker) -> None:
    encounter = booked()
    answer = desk.post(f"/e/{encounter.pk}/seats/new", {"role": "", "name": ""})
    assert answer.status_code == 422
    assert encounter.seats.count() == 3


def test_a_patients_phone_must_be_one_that_can_be_dialled(desk: Client, filled: dict[str, Any]) -> None:
    page = desk.post("/e/new", filled | {"patient_phone": "ask at the gate"})
    assert "Write the number with its country code" in page.content.decode()
    assert not Encounter.objects.exists()
