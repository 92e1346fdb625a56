"""Requests that no page of ours makes, and what they must not reach, open or break."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from pythonjsonlogger.json import JsonFormatter

from farward.access_log import RouteInsteadOfPath
from farward.encounters.actions.booking import SeatRequest, add_seat
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Encounter, Invitation
from farward.journal.actions import shred_journal
from tests.encounters.support import bring_to, code_of, join_all, new_id, parts_of, seat_of, send
from tests.fixtures.cast import make_person

if TYPE_CHECKING:
    from django.conf import LazySettings

    from farward.people.models import Site, User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


@pytest.fixture
def desk(client: Client, kofi: User) -> Client:
    client.force_login(kofi)
    return client


def post_join(client: Client, body: bytes) -> int:
    return client.post("/j", body, content_type="application/json").status_code


# Links


@pytest.mark.parametrize("body", [b'{"link":"\xff","token":"x"}', b'{"link":"a","link":1}', b"[" * 50_000, b""])
def test_what_is_no_link_opens_nothing_and_breaks_nothing(body: bytes, client: Client) -> None:
    assert post_join(client, body) == 404


@pytest.mark.parametrize("spelling", ["{{{0}}}", "urn:uuid:{0}", "-{0}", "{0}\n", " {0}"])
def test_another_spelling_of_a_link_is_no_link_and_leaves_the_link_unused(
    spelling: str, client: Client, kofi: User, encounter: Encounter
) -> None:
    link_id, token = parts_of(issue_invitation(by=kofi, seat=seat_of(encounter, "patient")))
    digits = {ord("0"): "\uff10", ord("1"): "\u0661"}
    for link in (spelling.format(link_id), link_id.upper(), link_id.translate(digits)):
        assert post_join(client, json.dumps({"link": link, "token": token}).encode()) == 404
    assert Invitation.objects.get(pk=link_id).redeemed_at is None


def test_a_flood_of_made_up_links_does_not_give_the_guesser_of_passwords_new_tries(amina: User, client: Client) -> None:
    def guess() -> str:
        return client.post("/accounts/login/", {"login": amina.email, "password": "a guess"}).content.decode()

    limited = "Too many failed"
    assert limited not in guess()
    for _ in range(6):
        guess()
    assert limited in guess()
    for _ in range(400):
        post_join(client, json.dumps({"link": new_id().hex, "token": "x"}).encode())
    assert limited in guess()


# Who sees what


def test_a_helper_with_an_account_reads_no_name_on_the_page(
    client: Client, site: Site, kofi: User, encounter: Encounter
) -> None:
    helper = make_person("Tom Reed", site, "support")
    add_seat(by=kofi, encounter=encounter, request=SeatRequest(role="helper", user=helper))
    client.force_login(helper)
    page = client.get(f"/e/{encounter.pk}/")
    assert page.status_code == 200
    for name in ("Rivera", "Amina Yusuf", "Dr Osei", "mail.example"):
        assert name not in page.content.decode().replace("Tom Reed", "")


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/key/"])
def test_nobody_gives_themselves_another_address(path: str, client: Client, amina: User) -> None:
    client.force_login(amina)
    assert client.get(path).status_code == 404
    for act in ("action_add", "action_primary"):
        assert client.post(path, {act: "", "email": "osei@hospital.example"}).status_code == 404
    amina.refresh_from_db()
    assert amina.email == "amina.yusuf@school.example"


def test_a_log_that_writes_every_attribute_still_names_no_address() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s: %s", ("Error", "/people/"), None)
    record.request = RequestFactory().get("/people/", {"q": "Rivera"})
    assert RouteInsteadOfPath().filter(record)
    line = JsonFormatter("%(message)s").format(record)
    assert "Rivera" not in line
    assert "/people/" not in line


# What must not break


@pytest.mark.parametrize("when", ["0001-01-01 00:00", "9999-12-31 23:59"])
@pytest.mark.parametrize("place", ["site", "other_site"])
def test_a_day_at_the_end_of_the_calendar_is_refused(
    when: str, place: str, client: Client, request: pytest.FixtureRequest, administrator: User
) -> None:
    where = request.getfixturevalue(place)
    day, begins = when.split()
    client.force_login(administrator)
    answer = client.post(f"/e/new?site={where.pk}", {"kind": "clinic", "day": day, "begins": begins, "minutes": "40"})
    assert answer.status_code == 200
    assert not Encounter.objects.exists()


def test_a_search_with_a_nul_finds_what_it_finds_without(desk: Client, amina: User) -> None:
    assert amina.name in desk.get("/people/", {"q": "ami\0na"}).content.decode()


def test_who_was_taken_out_is_not_seated_again(desk: Client, kofi: User, site: Site, encounter: Encounter) -> None:
    lena = make_person("Lena Vogel", site, "learner")
    seat = add_seat(by=kofi, encounter=encounter, request=SeatRequest(role="observer", user=lena))
    join_all(encounter)
    assert code_of(send(seat_of(encounter, "preceptor"), "remove", {"seat": str(seat.pk)})) == "ok"
    form = {"role": "observer", "name": "Lena", "email": lena.email}
    answer = desk.post(f"/e/{encounter.pk}/seats/new", form)
    assert answer.status_code == 422
    assert "taken out" in answer.content.decode()


def test_the_pages_of_an_erased_visit_still_open(client: Client, encounter: Encounter, amina: User) -> None:
    bring_to(encounter, "closed")
    shred_journal(journal_id=encounter.pk, by="user:privacy", reason="asked for")
    client.force_login(amina)
    for page in ("", "note/", "debrief/"):
        assert client.get(f"/e/{encounter.pk}/{page}").status_code == 200
    entered = client.post(f"/e/{encounter.pk}/enter", follow=True)
    assert entered.status_code == 200
    assert "erased" in entered.content.decode()


def test_a_move_is_told_once(desk: Client, encounter: Encounter) -> None:
    assert desk.post(f"/e/{encounter.pk}/change", _tomorrow(encounter)).status_code == 302
    told = [to for message in mail.outbox for to in message.to]
    assert "rivera@mail.example" in told
    assert len(told) == len(set(told))


def test_a_move_that_cannot_be_told_stands_and_says_so(
    desk: Client, encounter: Encounter, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = desk.post(f"/e/{encounter.pk}/change", _tomorrow(encounter), follow=True)
    assert page.status_code == 200
    assert "not everyone could be told" in page.content.decode()


def _tomorrow(encounter: Encounter) -> dict[str, str]:
    day = timezone.localdate(timezone=encounter.site.zone) + timedelta(days=1)
    return {"day": day.isoformat(), "begins": "10:00", "minutes": "40"}
