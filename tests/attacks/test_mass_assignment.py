"""Fields that a form does not show are no way to more rights."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from farward.encounters.models import Encounter
from farward.people.models import Membership, User
from tests.encounters.support import seat_of

if TYPE_CHECKING:
    from farward.people.models import Site
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

POWERS = {
    "is_staff": "on",
    "is_superuser": "on",
    "groups": "1",
    "user_permissions": "1",
    "password": "pbkdf2_sha256$1$a$b",
    "id": "00000000-0000-7000-8000-000000000000",
}


def test_a_person_is_not_made_more_than_the_form_shows(kofi: User, site: Site, amina: User, client: Client) -> None:
    client.force_login(kofi)
    roles = {f"roles_{site.pk}": ["administrator", "learner"], "roles": "administrator", "role": "administrator"}
    before = amina.password
    client.post(f"/people/{amina.pk}/", {"name": "Amina Y", "email": amina.email, "may_sign_in": "on"} | roles | POWERS)
    amina.refresh_from_db()
    assert (amina.is_staff, amina.is_superuser, amina.password) == (False, False, before)
    assert set(Membership.objects.filter(user=amina).values_list("role", flat=True)) <= {"learner", "preceptor"}


def test_a_person_is_not_added_with_powers(kofi: User, site: Site, client: Client) -> None:
    client.force_login(kofi)
    grants = {f"{name}{site.pk}": "administrator" for name in ("roles_", "grants_", "site_")}
    client.post("/people/new", {"name": "Eve", "email": "eve@school.example"} | grants | POWERS)
    for eve in User.objects.filter(email="eve@school.example"):
        assert not eve.is_staff
        assert not eve.is_superuser
        assert not Membership.objects.filter(user=eve, role="administrator").exists()


def test_a_password_form_changes_the_own_password_alone(amina: User, osei: User, client: Client) -> None:
    amina.set_password("a long walk to the ward")
    amina.save()
    client.post("/accounts/login/", {"login": amina.email, "password": "a long walk to the ward"})
    before = osei.password
    new = "another walk to the ward"
    form = {"oldpassword": "a long walk to the ward", "password1": new, "password2": new}
    client.post("/accounts/password/change/", form | {"user": str(osei.pk), "email": osei.email} | POWERS)
    osei.refresh_from_db()
    amina.refresh_from_db()
    assert osei.password == before
    assert not amina.is_superuser


def test_a_booking_takes_no_state_from_the_form(
    kofi: User, site: Site, amina: User, osei: User, client: Client
) -> None:
    client.force_login(kofi)
    day = timezone.localdate(timezone=site.zone) + timedelta(days=1)
    form = {"kind": "clinic", "day": day.isoformat(), "begins": "10:00", "minutes": "40", "mode": "live"}
    people = {
        "learner": str(amina.pk),
        "preceptor": str(osei.pk),
        "patient-name": "Ms Rivera",
        "patient_name": "Ms Rivera",
    }
    state = {"status": "closed", "phase": "debrief", "note_state": "cosigned", "site": "0", "id": POWERS["id"]}
    client.post("/e/new", form | people | state)
    for encounter in Encounter.objects.all():
        assert (encounter.status, encounter.site_id) == ("booked", site.pk)
        assert encounter.note_state != "cosigned"


@pytest.mark.parametrize("role", ["learner", "preceptor"])
def test_a_further_seat_is_only_of_the_roles_that_are_offered(role: str, booked: Booker, kofi: User) -> None:
    client, encounter = Client(), booked()
    client.force_login(kofi)
    form = {"role": role, "name": "Eve", "email": "eve@evil.example", "user": str(kofi.pk), "removed_at": ""}
    answer = client.post(f"/e/{encounter.pk}/seats/new", form)
    assert answer.status_code == 422
    assert encounter.seats.count() == 3


def test_a_note_is_saved_for_the_own_visit_alone(booked: Booker, amina: User) -> None:
    mine, other = booked(), booked()
    client = Client()
    client.force_login(amina)
    form = {
        "act": "save",
        "encounter": str(other.pk),
        "seat": str(seat_of(other, "preceptor").pk),
        "note_state": "cosigned",
    }
    client.post(f"/e/{mine.pk}/note/", form)
    other.refresh_from_db()
    mine.refresh_from_db()
    assert "cosigned" not in {mine.note_state, other.note_state}
