"""Links that ask for six digits where the site wants them, and links of accounts, which ask to sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from farward.encounters.actions.invitations import Issued, issue_invitation
from farward.encounters.actions.mail import mail_invitation
from farward.encounters.errors import LinkRefused
from farward.encounters.identity import identity_of
from farward.encounters.models import Device, Encounter, Seat
from farward.people.models import Site, User
from tests.encounters.support import parts_of, redeem, seat_of
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _asks(site: Site) -> Iterator[None]:
    Site.objects.update(link_code=True)
    site.link_code = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


@pytest.fixture
def issued(encounter: Encounter, kofi: User) -> Issued:
    return issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))


def refused(issued: Issued, **changes: object) -> str:
    with pytest.raises(LinkRefused) as error:
        redeem(issued, **changes)
    return error.value.code


def wrong(issued: Issued) -> str:
    return f"{(int(issued.code) + 1) % 10**6:06d}"


def test_the_digits_open_the_link_and_the_link_alone_does_not(issued: Issued) -> None:
    assert len(issued.code) == 6
    assert refused(issued) == "check"
    assert refused(issued, code=wrong(issued)) == "wrong_check"
    assert not Device.objects.exists()
    assert redeem(issued, code=f" {issued.code[:3]} {issued.code[3:]} ").seat == issued.invitation.seat


@pytest.mark.parametrize("given", ["None", "0", "\ud800", "١٢٣٤٥٦", "000000000000"])
def test_nonsense_is_no_code(issued: Issued, given: str) -> None:
    assert refused(issued, code=given) == "wrong_check"


def test_of_a_link_without_the_right_token_not_even_that_it_asks_is_told(issued: Issued) -> None:
    assert refused(issued, token="x" * 43, code=issued.code) == "unknown"
    assert refused(issued, token="x" * 43) == "unknown"


def test_guessing_the_digits_waits_and_the_right_ones_too(issued: Issued) -> None:
    with time_machine.travel("2027-01-11T08:00:01Z", tick=False) as clock:
        type(issued.invitation).objects.update(opens_at="2027-01-01T00:00Z", expires_at="2028-01-01T00:00Z")
        codes = [refused(issued, code=wrong(issued)) for _try in range(7)]
        assert codes == ["wrong_check"] * 5 + ["slow_down"] * 2
        assert refused(issued, code=issued.code) == "slow_down"
        clock.shift(601)
        assert redeem(issued, code=issued.code)


def test_a_new_link_has_new_digits_and_the_old_ones_are_over(encounter: Encounter, kofi: User, issued: Issued) -> None:
    newer = issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    assert refused(issued, code=issued.code) == "revoked"
    assert redeem(newer, code=newer.code)


def test_the_same_browser_comes_back_without_the_digits_and_another_one_needs_them_and_waits(issued: Issued) -> None:
    first = redeem(issued, code=issued.code)
    assert redeem(issued, held_token=first.token).device == first.device
    assert refused(issued) == "check"
    assert redeem(issued, code=issued.code).waiting


def test_the_digits_are_sealed_and_staff_can_tell_them_again(
    client: Client, encounter: Encounter, kofi: User, issued: Issued
) -> None:
    seat = Seat.objects.get(pk=issued.invitation.seat_id)
    assert issued.code.encode() not in bytes(seat.identity)
    assert identity_of(seat).name == "Ms Rivera"
    client.force_login(kofi)
    assert issued.code in client.get(f"/e/{encounter.pk}/").content.decode()


def test_the_mail_with_the_link_holds_no_digits(encounter: Encounter, kofi: User, issued: Issued) -> None:
    mail_invitation(by=kofi, seat=seat_of(encounter, "patient"), issued=issued)
    assert issued.code not in str(mail.outbox[0].message())


def test_where_the_site_asks_for_nothing_a_link_opens_by_itself(encounter: Encounter, kofi: User) -> None:
    Site.objects.update(link_code=False)
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    assert issued.code == ""
    assert redeem(issued)


def test_the_page_shows_the_digits_once_with_the_link(client: Client, encounter: Encounter, kofi: User) -> None:
    client.force_login(kofi)
    page = client.post(f"/e/{encounter.pk}/seats/{seat_of(encounter, 'patient').pk}/link", {"act": "issue"})
    assert 'id="link-code"' in page.content.decode()


def test_an_accounts_link_opens_nothing_without_its_account(
    client: Client, encounter: Encounter, kofi: User, amina: User, osei: User
) -> None:
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "learner"))
    assert issued.code == ""
    link_id, token = parts_of(issued)
    body = json.dumps({"link": link_id, "token": token})
    answer = client.post("/j", body, content_type="application/json")
    assert answer.json() == {"next": f"/accounts/login/?next=%2Fe%2F{encounter.pk}%2F"}
    assert "seat" not in answer.cookies
    assert not Device.objects.exists()
    client.force_login(osei)
    assert client.post("/j", body, content_type="application/json").json()["code"] == "staff_session"
    client.force_login(amina)
    opened = client.post("/j", body, content_type="application/json")
    seat = opened.json()["next"]
    client.cookies["seat"] = opened.cookies["seat"].value
    assert client.get(seat).status_code == 200
    client.post("/accounts/logout/")
    assert client.get(seat).status_code == 404


def test_a_dead_link_of_an_account_tells_a_stranger_nothing(client: Client, encounter: Encounter, kofi: User) -> None:
    issued = issue_invitation(by=kofi, seat=seat_of(encounter, "learner"))
    link_id, _token = parts_of(issued)
    for link in (link_id, "0" * 32):
        body = json.dumps({"link": link, "token": "x" * 43})
        answer = client.post("/j", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
