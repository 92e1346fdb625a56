"""What people type is data: not SQL, not a header, not a path, not a format string."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.test import Client

from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.actions.mail import mail_invitation
from farward.encounters.errors import BookingInvalid, MailNotSent
from farward.encounters.models import Encounter
from farward.people.models import User
from tests.encounters.support import seat_of
from tests.fixtures.cast import make_person

if TYPE_CHECKING:
    from farward.people.models import Site
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

SQL = [
    "' OR '1'='1",
    "'; DROP TABLE people_user; --",
    '" UNION SELECT password FROM people_user --',
    "%' AND sleep(3) --",
    "1) OR (1=1",
    "\\'; --",
    "%s%n{0}{{7*7}}${7*7}",
]
LINES = ["Rivera\r\nBcc: all@evil.example", "Rivera\nX-Evil: 1", "Rivera\r\n\r\n<h1>Body</h1>"]


@pytest.mark.parametrize("text", SQL)
@pytest.mark.parametrize("page", ["/people/?q=", "/people/?site=", "/people/?role=", "/week/?from=", "/week/?site="])
def test_a_search_finds_text_and_runs_nothing(page: str, text: str, kofi: User, client: Client) -> None:
    client.force_login(kofi)
    before = User.objects.count()
    answer = client.get(page + text.replace("%", "%25").replace("&", "%26"))
    assert answer.status_code in {200, 404}
    assert User.objects.count() == before
    if "q=" in page:
        assert re.search(rb"/people/[0-9a-f-]{36}/", answer.content) is None


@pytest.mark.parametrize("text", SQL)
def test_a_name_comes_back_as_it_was_written(text: str, site: Site, administrator: User, client: Client) -> None:
    client.force_login(administrator)
    person = make_person("Plain", site, "learner")
    client.post(f"/people/{person.pk}/", {"name": text, "email": person.email, "may_sign_in": "on"})
    person.refresh_from_db()
    assert person.name in {text, "Plain"}


@pytest.mark.parametrize("line", LINES)
def test_no_name_puts_a_header_into_a_mail(line: str, booked: Booker, kofi: User) -> None:
    encounter = booked()
    User.objects.filter(pk=kofi.pk).update(name=line)
    kofi.refresh_from_db()
    encounter.site.name = line
    encounter.site.save()
    seat = seat_of(encounter, "patient")
    issued = issue_invitation(by=kofi, seat=seat)
    try:
        mail_invitation(by=kofi, seat=seat, issued=issued)
    except (BadHeaderError, MailNotSent):
        assert mail.outbox == []
    for message in mail.outbox:
        raw = message.message()
        assert raw["Bcc"] is None
        assert raw["X-Evil"] is None
        assert message.recipients() == ["rivera@mail.example"]


@pytest.mark.parametrize(
    "address", ["a@b.example\nBcc: c@evil.example", "a@b.example, c@evil.example", "a@b.example>x"]
)
def test_an_address_is_one_address(address: str, booked: Booker) -> None:
    from farward.encounters.actions.booking import SeatRequest

    with pytest.raises(BookingInvalid):
        booked(extra=(SeatRequest(role="companion", name="Luis", email=address),))


@pytest.mark.parametrize(
    "path", ["/e/new?site=%0d%0aX-Evil:1", "/accounts/login/?next=/%0d%0aX-Evil:1", "/week/?from=%0d%0a"]
)
def test_no_query_puts_a_header_into_an_answer(path: str, kofi: User, client: Client) -> None:
    client.force_login(kofi)
    answer = client.get(path)
    assert "X-Evil" not in answer
    assert answer.status_code in {200, 302, 404}


@pytest.mark.parametrize("label", ["Mozilla\r\nSet-Cookie: seat=evil", "a" * 10_000, "<script>", "\x00\x1b[31m"])
def test_a_browsers_name_is_chosen_by_us(label: str, booked: Booker, kofi: User) -> None:
    """The name of a device is one of ours, never what the header says."""
    from farward.encounters.models import Device

    link_id, _, token = (
        issue_invitation(by=kofi, seat=seat_of(booked(), "patient")).url.rpartition("#")[2].partition(".")
    )
    Client(headers={"User-Agent": label}).post("/j", {"link": link_id, "token": token}, content_type="application/json")
    assert Device.objects.get().label == "A browser"


def test_nothing_of_ours_writes_sql_by_hand_from_what_people_type() -> None:
    """The few places with SQL of their own take no text that comes from outside: they are listed here."""
    from pathlib import Path

    import farward

    root = Path(farward.__file__).parent
    raw = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if any(mark in path.read_text("utf-8") for mark in (".raw(", ".extra(", "RawSQL", ".execute(f", "% (sql"))
    }
    assert raw <= {"journal/storage.py", "vault/keys.py"}
    assert Encounter.objects.count() == 0
