"""Break glass: for whom, by what, for how long, and who learns of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter
from farward.journal.ledgers import ledger_of
from farward.journal.queries import decode, read_entries
from farward.people.models import Site, User
from farward.privacy.entries import Accessed
from farward.privacy.models import AccessRecord, BrokenGlass, Flag
from tests.captures.test_captures import kept_still
from tests.encounters.support import agree, bring_to, consent, seat_of, send
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db

PASSWORD = "a ward lamp far away"
REASON = "The patient phoned in distress and I must know the dose"
PAGES = ["glass", "glass_break"]


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked(kind="clinic")
    agree(encounter)
    send(seat_of(encounter, "learner"), "message", {"text": "Ten milligrams at night"}, "staff")
    return encounter


@pytest.fixture
def nadia(site: Site) -> User:
    """A preceptor of the site who has no place in the encounter."""
    return make_person("Dr Nadia Haas", site, "preceptor", password=PASSWORD)


def as_user(user: User) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(user)
    return client


def break_it(client: Client, encounter: Encounter, **changes: str) -> Any:
    form = {"why": "emergency_care", "reason": REASON, "password": PASSWORD} | changes
    return client.post(reverse("glass_break", args=[encounter.pk]), form)


def test_the_record_opens_read_only_under_a_banner(encounter: Encounter, nadia: User, privacy_officer: User) -> None:
    client = as_user(nadia)
    assert break_it(client, encounter).status_code == 302
    page = client.get(reverse("glass", args=[encounter.pk]))
    text = page.content.decode()
    for words in (
        "Emergency access until",
        "Read only",
        "Ms Rivera",
        "Cough for three weeks",
        "Ten milligrams at night",
    ):
        assert words in text
    assert client.post(reverse("glass", args=[encounter.pk])).status_code == 405
    for closed in ("note", "debrief"):
        assert client.get(reverse(closed, args=[encounter.pk])).status_code == 404


def test_it_lasts_an_hour(encounter: Encounter, nadia: User) -> None:
    client = as_user(nadia)
    break_it(client, encounter)
    glass = BrokenGlass.objects.get()
    assert glass.ends_at - glass.opened_at == timedelta(minutes=60)
    past = timezone.now() - timedelta(minutes=61)
    BrokenGlass.objects.update(opened_at=past, ends_at=past + timedelta(minutes=60))
    assert client.get(reverse("glass", args=[encounter.pk])).status_code == 404


def test_a_picture_of_it_opens_and_is_recorded(
    encounter: Encounter, nadia: User, tmp_path: Path, settings: LazySettings
) -> None:
    settings.FARWARD_CAPTURES_DIR = tmp_path
    bring_to(encounter, "interview")
    agree(encounter, "stills")
    still = kept_still(encounter)
    address = reverse("glass_picture", args=[encounter.pk, still])
    client = as_user(nadia)
    assert client.get(address).status_code == 404
    break_it(client, encounter)
    assert address in client.get(reverse("glass", args=[encounter.pk])).content.decode()
    assert client.get(address)["Content-Type"] == "image/jpeg"
    line = AccessRecord.objects.latest("pk")
    assert (line.view, line.what, line.thing, line.why) == ("glass_picture", "picture", still, "emergency_care")
    assert consent(seat_of(encounter, "patient"), "stills", "withdrawn") == "ok"
    assert client.get(address).status_code == 404


def test_it_can_be_closed_before(encounter: Encounter, nadia: User) -> None:
    client = as_user(nadia)
    break_it(client, encounter)
    assert client.post(reverse("glass_end", args=[encounter.pk])).status_code == 302
    assert client.get(reverse("glass", args=[encounter.pk])).status_code == 404


def test_it_is_recorded_with_its_reason_and_stands_in_the_queue(encounter: Encounter, nadia: User) -> None:
    client = as_user(nadia)
    break_it(client, encounter)
    client.get(reverse("glass", args=[encounter.pk]))
    lines = AccessRecord.objects.filter(user=nadia).order_by("pk")
    assert [(line.view, line.what, line.why) for line in lines] == [
        ("glass_break", "record", "emergency_care"),
        ("glass", "record", "emergency_care"),
    ]
    first = decode(read_entries(journal_id=ledger_of(encounter.pk))[0])
    assert isinstance(first, Accessed)
    assert (first.reason, first.address) == (REASON, "203.0.113.9")
    flag = Flag.objects.get()
    assert (flag.signal, flag.user, flag.encounter, flag.entry) == (
        "break_glass", nadia, encounter.pk, lines[0].entry
    )  # fmt: skip


def test_the_reason_stands_nowhere_unsealed(encounter: Encounter, nadia: User) -> None:
    from django.db import connection

    break_it(as_user(nadia), encounter)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert REASON not in str(cursor.fetchall()), table


def test_the_privacy_officer_is_mailed_at_once_without_patient_or_reason(
    encounter: Encounter, nadia: User, privacy_officer: User
) -> None:
    break_it(as_user(nadia), encounter)
    (message,) = mail.outbox
    assert message.to == [privacy_officer.email]
    said = f"{message.subject}\n{message.body}"
    assert "Dr Nadia Haas" in said
    assert "/privacy/" in said
    for secret in ("Rivera", "dose", "Cough", str(encounter.pk)):
        assert secret not in said


def test_where_the_site_has_no_officer_another_stands_in(encounter: Encounter, nadia: User, other_site: Site) -> None:
    far = make_person("Luz Far", other_site, "privacy_officer")
    break_it(as_user(nadia), encounter)
    assert [message.to for message in mail.outbox] == [[far.email]]


def test_an_emergency_does_not_wait_for_a_mail_server(
    encounter: Encounter, nadia: User, privacy_officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _broken)
    client = as_user(nadia)
    break_it(client, encounter)
    page = client.get(reverse("glass", args=[encounter.pk]))
    assert page.status_code == 200
    assert "could not be mailed" in page.content.decode()


def _broken(*_args: object, **_kwargs: object) -> int:
    raise OSError("no mail server")


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "curious"},
        {"reason": " " * 40},
        {"why": "teaching"},
        {"why": ""},
        {"password": "wrong"},
        {"password": ""},
    ],
)
def test_what_is_missing_opens_nothing(encounter: Encounter, nadia: User, changes: dict[str, str]) -> None:
    client = as_user(nadia)
    assert break_it(client, encounter, **changes).status_code == 422
    assert client.get(reverse("glass", args=[encounter.pk])).status_code == 404
    assert mail.outbox == []
    assert not Flag.objects.exists()


def test_passwords_cannot_be_tried_for_long(encounter: Encounter, nadia: User) -> None:
    client = as_user(nadia)
    for _time in range(5):
        break_it(client, encounter, password="wrong")
    assert "Too many tries" in break_it(client, encounter).content.decode()
    assert not BrokenGlass.objects.exists()


@pytest.mark.parametrize("person", ["amina", "osei", "kofi", "sam", "support", "privacy_officer"])
def test_it_is_not_there_for_anybody_else(encounter: Encounter, person: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(person)
    user.set_password(PASSWORD)
    user.save()
    client = as_user(user)
    assert break_it(client, encounter).status_code == 404
    assert [client.get(reverse(page, args=[encounter.pk])).status_code for page in PAGES] == [404, 404]
    assert not BrokenGlass.objects.exists()


def test_a_preceptor_of_another_site_may_not(encounter: Encounter, other_site: Site) -> None:
    far = as_user(make_person("Dr Far", other_site, "preceptor", password=PASSWORD))
    assert break_it(far, encounter).status_code == 404


def test_an_administrator_may(encounter: Encounter, administrator: User) -> None:
    administrator.set_password(PASSWORD)
    administrator.save()
    assert break_it(as_user(administrator), encounter).status_code == 302


def test_it_opens_that_encounter_and_no_other(encounter: Encounter, booked: Booker, nadia: User) -> None:
    other = booked(kind="clinic")
    client = as_user(nadia)
    break_it(client, encounter)
    assert client.get(reverse("glass", args=[other.pk])).status_code == 404


def test_it_opens_nothing_for_anybody_else(encounter: Encounter, nadia: User, administrator: User) -> None:
    break_it(as_user(nadia), encounter)
    assert as_user(administrator).get(reverse("glass", args=[encounter.pk])).status_code == 404


def test_who_loses_the_role_loses_the_view(encounter: Encounter, nadia: User) -> None:
    client = as_user(nadia)
    break_it(client, encounter)
    nadia.memberships.all().delete()
    assert client.get(reverse("glass", args=[encounter.pk])).status_code == 404


def test_who_has_a_place_needs_no_emergency(booked: Booker, nadia: User) -> None:
    encounter = booked(extra=(SeatRequest(role="observer", user=nadia),))
    assert break_it(as_user(nadia), encounter).status_code == 404


def test_a_visitor_is_asked_to_sign_in(encounter: Encounter, client: Client) -> None:
    assert client.get(reverse("glass", args=[encounter.pk])).status_code == 302


def test_the_encounters_page_leads_there_only_who_may(encounter: Encounter, nadia: User, kofi: User) -> None:
    there = reverse("glass_break", args=[encounter.pk])
    page = reverse("encounter", args=[encounter.pk])
    assert there in as_user(nadia).get(page).content.decode()
    assert there not in as_user(kofi).get(page).content.decode()
