"""The note over HTTP: the page outside the room, the state for a fresh device, the patient's summary."""

from __future__ import annotations

import pytest
from django.test import Client
from pycrdt import Doc, Text

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.note.queries import read_note, read_summary
from farward.people.models import User
from tests.encounters.support import bring_to, new_device, seat_of, send
from tests.fixtures.cast import Booker, make_person

from .support import EMPTY, NOTE, cosign, form_of, give_back, note_of, submit, write_as

pytestmark = pytest.mark.django_db(databases="__all__")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_learner_saves_from_the_page(booked: Booker, amina: User) -> None:
    encounter = booked()
    address = f"/e/{encounter.pk}/note/"
    answer = browser(amina).post(address, form_of(encounter, "save", **NOTE))
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert read_note(encounter.pk).sections == NOTE
    assert "Cough for three weeks" in browser(amina).get(address).content.decode()


def test_what_others_wrote_meanwhile_survives_saving_an_older_form(booked: Booker, amina: User) -> None:
    encounter = booked()
    form = form_of(encounter, "save", assessment="Asthma")
    write_as(seat_of(encounter, "preceptor"), {"plan": "Spirometry"})
    browser(amina).post(f"/e/{encounter.pk}/note/", form)
    assert read_note(encounter.pk).sections == {**EMPTY, "assessment": "Asthma", "plan": "Spirometry"}


def test_a_form_sent_again_with_more_text_writes_nothing_twice(booked: Booker, amina: User) -> None:
    encounter = booked()
    form = form_of(encounter, "save", plan="Rest")
    client = browser(amina)
    client.post(f"/e/{encounter.pk}/note/", form)
    client.post(f"/e/{encounter.pk}/note/", form)
    client.post(f"/e/{encounter.pk}/note/", form | {"plan": "Rest and tea"})
    assert read_note(encounter.pk).sections["plan"] == "Rest and tea"


def test_the_learner_submits_what_stands_in_the_form(booked: Booker, amina: User) -> None:
    encounter = booked()
    browser(amina).post(f"/e/{encounter.pk}/note/", form_of(encounter, "submit", **NOTE))
    assert note_of(encounter) == ("submitted", 1)
    assert read_note(encounter.pk).versions[0].sections == NOTE


def test_submitting_twice_by_a_double_click_makes_one_version(booked: Booker, amina: User) -> None:
    encounter = booked()
    form = form_of(encounter, "submit", **NOTE)
    for _ in range(2):
        browser(amina).post(f"/e/{encounter.pk}/note/", form)
    assert note_of(encounter) == ("submitted", 1)


def test_the_preceptor_cosigns_the_version_on_the_screen(booked: Booker, osei: User) -> None:
    encounter = booked()
    submit(encounter)
    client = browser(osei)
    page = client.get(f"/e/{encounter.pk}/note/")
    waiting = page.context["waiting"]
    form = {"act": "cosign", "version": waiting.number, "digest": waiting.digest}
    client.post(f"/e/{encounter.pk}/note/", form)
    assert note_of(encounter) == ("cosigned", 1)
    assert '<textarea id="id_plan"' not in client.get(f"/e/{encounter.pk}/note/").content.decode()


def test_the_preceptor_returns_with_a_comment_that_the_learner_reads(booked: Booker, amina: User, osei: User) -> None:
    encounter = booked()
    submit(encounter)
    form = {"act": "return", "version": 1, "comment": "Say how long she has coughed."}
    browser(osei).post(f"/e/{encounter.pk}/note/", form)
    page = browser(amina).get(f"/e/{encounter.pk}/note/").content.decode()
    assert "Say how long she has coughed." in page
    assert "Dr Osei returned version 1" in page


def test_a_refused_save_keeps_the_text_on_the_page(booked: Booker, amina: User) -> None:
    encounter = booked()
    form = form_of(encounter, "save", plan="Rest and tea")
    submit(encounter)
    cosign(encounter)
    give = browser(amina).post(f"/e/{encounter.pk}/note/", form)
    assert give.status_code == 409
    assert "A signed note never changes" in give.content.decode()
    assert "Rest and tea" in give.content.decode()


def test_versions_show_what_changed_between_them(booked: Booker, osei: User) -> None:
    encounter = booked()
    submit(encounter)
    give_back(encounter)
    submit(encounter, {**NOTE, "plan": "Chest film today"})
    page = browser(osei).get(f"/e/{encounter.pk}/note/").content.decode()
    assert "<ins> today</ins>" in page
    assert "Version 1" in page


def test_a_comment_stands_beside_its_section(booked: Booker, amina: User, osei: User) -> None:
    encounter = booked()
    browser(osei).post(f"/e/{encounter.pk}/note/", form_of(encounter, "save", comment_plan="When?"))
    assert [c.text for c in read_note(encounter.pk).comments if c.section == "plan"] == ["When?"]
    assert "When?" in browser(amina).get(f"/e/{encounter.pk}/note/").content.decode()


def test_strangers_and_other_roles_find_no_note(booked: Booker, kofi: User, sam: User, administrator: User) -> None:
    watcher = make_person("Lena Brandt")
    encounter = booked(extra=(SeatRequest(role="observer", user=watcher),))
    for user in (kofi, sam, administrator, watcher):
        assert browser(user).get(f"/e/{encounter.pk}/note/").status_code == 404
        assert browser(user).post(f"/e/{encounter.pk}/note/", form_of(encounter, "save", plan="x")).status_code == 404


def test_without_signing_in_the_note_asks_for_it(booked: Booker) -> None:
    answer = Client().get(f"/e/{booked().pk}/note/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_an_unknown_act_is_not_found(booked: Booker, amina: User) -> None:
    encounter = booked()
    assert browser(amina).post(f"/e/{encounter.pk}/note/", {"act": "delete"}).status_code == 404


def test_a_fresh_device_gets_the_merged_note(booked: Booker) -> None:
    encounter = booked()
    learner = seat_of(encounter, "learner")
    write_as(learner, NOTE)
    _device, token = new_device(learner)
    answer = Client(headers={"Cookie": f"seat={token}"}).get(f"/s/{learner.pk}/note.bin")
    doc: Doc[Text] = Doc()
    doc["plan"] = Text()
    doc.apply_update(answer.content)
    assert str(doc["plan"]) == "Chest film"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", ["patient", "observer"])
def test_patients_and_observers_get_no_note_state(booked: Booker, role: str) -> None:
    encounter = booked(extra=(SeatRequest(role="observer", name="Lena"),))
    seat = seat_of(encounter, role)
    _device, token = new_device(seat)
    assert Client(headers={"Cookie": f"seat={token}"}).get(f"/s/{seat.pk}/note.bin").status_code == 404


def test_a_cookie_of_another_encounter_opens_no_note(booked: Booker) -> None:
    first, second = booked(), booked()
    _device, token = new_device(seat_of(first, "learner"))
    client = Client(headers={"Cookie": f"seat={token}"})
    assert client.get(f"/s/{seat_of(second, 'learner').pk}/note.bin").status_code == 404
    assert Client().get(f"/s/{seat_of(second, 'learner').pk}/note.bin").status_code == 404


def test_the_patient_reads_the_summary_after_the_visit(booked: Booker, amina: User) -> None:
    encounter = booked()
    bring_to(encounter, "closed")
    form = {"act": "summary", "text": "It is a cold.\r\nDrink tea."}
    browser(amina).post(f"/e/{encounter.pk}/note/", form)
    summary = read_summary(encounter.pk)
    assert summary is not None
    assert summary.text == "It is a cold.\nDrink tea."
    patient = seat_of(encounter, "patient")
    _device, token = new_device(patient)
    client = Client(headers={"Cookie": f"seat={token}"})
    assert f"/s/{patient.pk}/summary/" in client.get(f"/s/{patient.pk}/left").content.decode()
    page = client.get(f"/s/{patient.pk}/summary/").content.decode()
    assert "Drink tea." in page
    assert "Amina Yusuf" in page


def test_a_helper_and_a_stranger_read_no_summary(booked: Booker) -> None:
    encounter = booked(extra=(SeatRequest(role="helper", name="Tom"),))
    send(seat_of(encounter, "learner"), "summary", {"text": "It is a cold."})
    helper = seat_of(encounter, "helper")
    _device, token = new_device(helper)
    assert Client(headers={"Cookie": f"seat={token}"}).get(f"/s/{helper.pk}/summary/").status_code == 404
    assert Client().get(f"/s/{seat_of(encounter, 'patient').pk}/summary/").status_code == 404


def test_an_erased_encounter_shows_an_empty_note_and_no_error(booked: Booker, amina: User) -> None:
    from farward.journal.actions import shred_journal

    encounter = booked()
    write_as(seat_of(encounter, "learner"), NOTE)
    shred_journal(journal_id=encounter.pk, by=f"user:{amina.pk}", reason="asked for")
    page = browser(amina).get(f"/e/{encounter.pk}/note/")
    assert page.status_code == 200
    assert "Cough for three weeks" not in page.content.decode()
