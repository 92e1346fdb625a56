"""Who saw or changed whose data is recorded with the answer: once, with who, whose, what, why, from where and when."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from farward.encounters.doors import SEAT_COOKIE
from farward.encounters.models import Encounter, Seat
from farward.journal.ledgers import SCHOOL, ledger_of
from farward.journal.models import Entry
from farward.journal.queries import decode, read_entries
from farward.people.models import Site, User
from farward.privacy.accesses import Access, record_access
from farward.privacy.entries import Accessed
from farward.privacy.models import AccessRecord
from farward.privacy.words import Act, Data, Why
from tests.encounters.support import bring_to, new_device, seat_of
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked(kind="clinic")
    bring_to(encounter, "closed")
    return encounter


def as_user(user: User) -> Client:
    client = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="203.0.113.9")
    client.force_login(user)
    return client


def as_seat(seat: Seat) -> Client:
    client = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="203.0.113.7")
    client.cookies[SEAT_COOKIE] = new_device(seat)[1]
    return client


def lines(**wanted: Any) -> list[AccessRecord]:
    return list(AccessRecord.objects.filter(**wanted).order_by("id"))


def last_entry(encounter: Encounter) -> Accessed:
    payload = decode(read_entries(journal_id=ledger_of(encounter.pk))[-1])
    assert isinstance(payload, Accessed)
    return payload


@pytest.mark.parametrize(
    ("page", "what", "why"),
    [("note", "note", "care"), ("debrief", "debrief", "teaching"), ("encounter", "identity", "operations")],
)
def test_a_look_is_one_record_that_says_all(encounter: Encounter, osei: User, page: str, what: str, why: str) -> None:
    assert as_user(osei).get(reverse(page, args=[encounter.pk])).status_code == 200
    (line,) = lines()
    assert (line.user, line.encounter, line.what, line.act) == (osei, encounter.pk, what, "read")
    assert (line.view, line.why, line.role) == (page, why, "preceptor")
    entry = last_entry(encounter)
    assert (entry.address, entry.agent) == ("203.0.113.9", "Firefox Android")
    assert entry.of == [encounter.pk]


def test_where_from_stands_only_sealed(encounter: Encounter, osei: User) -> None:
    as_user(osei).get(reverse("note", args=[encounter.pk]))
    entry = Entry.objects.get(journal=ledger_of(encounter.pk))
    for column in (entry.header, entry.ciphertext, entry.author.encode()):
        assert b"203.0.113.9" not in bytes(column)


def test_every_look_is_a_record_of_its_own(encounter: Encounter, osei: User) -> None:
    client = as_user(osei)
    for _time in range(3):
        client.get(reverse("note", args=[encounter.pk]))
    assert len(lines()) == 3


def test_a_change_is_recorded_as_one(encounter: Encounter, amina: User) -> None:
    answer = as_user(amina).post(reverse("note", args=[encounter.pk]), {"act": "save", "head": "0", "form": "f" * 22})
    assert answer.status_code == 302
    assert [(line.act, line.what) for line in lines()] == [("write", "note")]


def test_a_form_that_comes_back_has_shown_the_page(encounter: Encounter, osei: User) -> None:
    answer = as_user(osei).post(reverse("note", args=[encounter.pk]), {"act": "return", "comment": ""})
    assert answer.status_code == 409
    assert [(line.act, line.what) for line in lines()] == [("write", "note")]


def test_what_was_refused_was_not_seen(encounter: Encounter, sam: User, kofi: User, client: Client) -> None:
    for someone in (as_user(sam), as_user(kofi), client):
        someone.get(reverse("note", args=[encounter.pk]))
        someone.post(reverse("note", args=[encounter.pk]), {"act": "save"})
    assert lines() == []


def test_a_list_is_one_entry_with_a_line_for_each_encounter(booked: Booker, kofi: User) -> None:
    both = {booked().pk, booked().pk}
    as_user(kofi).get(reverse("week"))
    found = lines()
    assert {line.encounter for line in found} == both
    assert len({line.entry for line in found}) == 1
    assert {line.what for line in found} == {"schedule"}
    assert Entry.objects.filter(journal=SCHOOL).count() == 1


def test_an_empty_list_is_recorded_too(kofi: User) -> None:
    as_user(kofi).get(reverse("week"))
    assert [line.encounter for line in lines()] == [None]


def test_accounts_are_of_no_encounter(kofi: User) -> None:
    as_user(kofi).get(reverse("people"))
    assert [(line.what, line.encounter, line.why) for line in lines()] == [("account", None, "operations")]


def test_the_patient_reads_the_summary_as_their_own(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    assert as_seat(patient).get(reverse("seat_summary", args=[patient.pk])).status_code == 200
    (line,) = lines()
    assert (line.user, line.seat, line.role, line.why) == (None, patient.pk, "patient", "own")


def test_an_officer_with_another_role_is_recorded_in_that_one(encounter: Encounter, site: Site) -> None:
    both = as_user(make_person("Ana Both", site, "coordinator", "privacy_officer"))
    both.get(reverse("encounter", args=[encounter.pk]))
    both.get(reverse("review_queue"))
    assert [(line.view, line.role, line.why) for line in lines()] == [
        ("encounter", "coordinator", "operations"),
        ("review_queue", "privacy_officer", "oversight"),
    ]


def test_a_page_that_renews_itself_is_one_access(booked: Booker, osei: User) -> None:
    encounter = booked()
    client = as_user(osei)
    for _time in range(3):
        client.get(reverse("tower_tiles"))
    assert [line.encounter for line in lines()] == [encounter.pk]


def test_a_renewing_page_from_another_place_is_another_access(booked: Booker, osei: User) -> None:
    booked()
    client = as_user(osei)
    client.get(reverse("tower_tiles"))
    client.get(reverse("tower_tiles"), REMOTE_ADDR="198.51.100.4")
    assert len(lines()) == 2


def test_a_new_encounter_on_a_renewing_page_is_recorded(booked: Booker, osei: User) -> None:
    client = as_user(osei)
    first = booked()
    client.get(reverse("tower_tiles"))
    second = booked()
    client.get(reverse("tower_tiles"))
    assert [line.encounter for line in lines()] == [first.pk, second.pk]


@pytest.mark.parametrize("page", ["home", "week", "tower", "help", "people", "rotations"])
def test_each_list_records(page: str, administrator: User, osei: User, booked: Booker) -> None:
    booked()
    user = osei if page == "tower" else administrator
    assert as_user(user).get(reverse(page)).status_code == 200
    assert {line.view for line in lines()} == {page}


@pytest.mark.parametrize("page", ["integrity", "sites", "offline", "account_login"])
def test_pages_that_show_nobody_record_nothing(page: str, administrator: User) -> None:
    as_user(administrator).get(reverse(page))
    assert lines() == []


def test_what_cannot_be_recorded_is_not_shown(
    encounter: Encounter, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farward.encounters.access.recorder.record_access", _broken)
    answer = as_user(osei).get(reverse("note", args=[encounter.pk]))
    assert answer.status_code == 503
    assert b"Try again" in answer.content
    assert b"Rivera" not in answer.content


def _broken(_access: object) -> None:
    raise DatabaseError


def test_an_access_of_nobody_is_a_mistake() -> None:
    nobody = Access(what=Data.NOTE, act=Act.READ, view="note", why=Why.CARE, role="")
    with pytest.raises(ValueError, match="somebody"):
        record_access(nobody)


def test_looking_leaves_the_encounters_own_journal_as_it_is(encounter: Encounter, osei: User) -> None:
    before = len(read_entries(journal_id=encounter.pk))
    as_user(osei).get(reverse("note", args=[encounter.pk]))
    assert len(read_entries(journal_id=encounter.pk)) == before


def test_erasing_an_encounter_leaves_who_saw_it(encounter: Encounter, osei: User) -> None:
    from farward.journal.actions import shred_journal

    as_user(osei).get(reverse("note", args=[encounter.pk]))
    shred_journal(journal_id=encounter.pk, by=f"user:{osei.pk}", reason="asked")
    assert last_entry(encounter).address == "203.0.113.9"
