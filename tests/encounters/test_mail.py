"""Messages: the link and the date arrive, nothing private is in what others may see, a failure undoes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from icalendar import Calendar

from farward.encounters.actions.booking import SeatRequest, add_seat, cancel_encounter, move_encounter
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.actions.mail import mail_invitation
from farward.encounters.errors import MailNotSent, NotAllowed
from farward.encounters.models import Encounter, Status

from .support import payloads, seat_of

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

# 10:00 in Nairobi.
MORNING = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked(kind="clinic", starts_at=MORNING)


@pytest.fixture
def invited(encounter: Encounter, kofi: User) -> str:
    """Ms Rivera has been sent her link; this is it."""
    patient = seat_of(encounter, "patient")
    issued = issue_invitation(by=kofi, seat=patient)
    mail_invitation(by=kofi, seat=patient, issued=issued)
    return issued.url


def event_of(message: Any) -> Any:
    (part,) = message.attachments
    assert part.get_content_type() == "text/calendar"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["method"]
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_invitation_carries_the_link_the_time_at_the_site_and_whom_to_phone(invited: str) -> None:
    (message,) = mail.outbox
    assert message.to == ["rivera@mail.example"]
    assert invited in message.body
    assert "10:00 (Africa/Nairobi time)" in message.body
    assert "Monday, 1 March 2027" in message.body
    assert "+254 700 000 001" in message.body


def test_neither_subject_nor_calendar_names_the_patient_or_holds_the_link(invited: str) -> None:
    (message,) = mail.outbox
    (part,) = message.attachments
    text = message.subject + part.get_payload(decode=True).decode()
    for private in ("Ms Rivera", "Cough", invited, invited.rsplit(".", maxsplit=1)[-1]):
        assert private not in text


def test_the_date_is_in_the_sites_own_zone(invited: str) -> None:
    event = event_of(mail.outbox[0])
    assert event["dtstart"].dt == MORNING
    assert event["dtstart"].params["TZID"] == "Africa/Nairobi"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=40)
    assert (event["status"], event["class"], event["sequence"]) == ("CONFIRMED", "PRIVATE", 0)


def test_the_calendar_file_defines_the_zone_it_uses(invited: str) -> None:
    (part,) = mail.outbox[0].attachments
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Africa/Nairobi"]
    assert calendar["method"] == "REQUEST"


def test_moving_updates_the_same_event_for_everyone_with_an_address(
    invited: str, encounter: Encounter, kofi: User
) -> None:
    later = MORNING + timedelta(days=1)
    move_encounter(by=kofi, encounter=encounter, starts_at=later, ends_at=later + timedelta(minutes=40))
    first, *updates = mail.outbox
    assert {message.to[0] for message in updates} == {
        "rivera@mail.example",
        "amina.yusuf@school.example",
        "osei@school.example",
    }
    event = event_of(updates[0])
    assert event["uid"] == event_of(first)["uid"]
    assert (event["sequence"], event["dtstart"].dt) == (1, later)
    assert "2 March 2027" in updates[0].subject


def test_cancelling_takes_the_event_out_of_the_calendar(invited: str, encounter: Encounter, kofi: User) -> None:
    cancel_encounter(by=kofi, encounter=encounter)
    event = event_of(mail.outbox[-1])
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    (part,) = mail.outbox[-1].attachments
    assert part.get_param("method") == "CANCEL"
    assert "cancelled" in mail.outbox[-1].subject


def test_sending_is_in_the_journal(invited: str, encounter: Encounter) -> None:
    assert [payload.act for payload in payloads(encounter, "invitation")] == ["issued", "mailed"]


def test_a_person_without_an_address_gets_a_code_instead(encounter: Encounter, kofi: User) -> None:
    seat = add_seat(by=kofi, encounter=encounter, request=SeatRequest(role="companion", name="Luis"))
    issued = issue_invitation(by=kofi, seat=seat)
    with pytest.raises(MailNotSent) as error:
        mail_invitation(by=kofi, seat=seat, issued=issued)
    assert error.value.code == "no_address"


@pytest.fixture
def broken_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", fail)


def test_when_mail_fails_the_link_stands_and_the_log_has_no_address(
    encounter: Encounter, kofi: User, broken_mail: None, caplog: pytest.LogCaptureFixture
) -> None:
    patient = seat_of(encounter, "patient")
    issued = issue_invitation(by=kofi, seat=patient)
    with pytest.raises(MailNotSent) as error:
        mail_invitation(by=kofi, seat=patient, issued=issued)
    assert error.value.code == "mail_failed"
    issued.invitation.refresh_from_db()
    assert issued.invitation.revoked_at is None
    assert "rivera" not in caplog.text


def test_when_mail_fails_the_change_stands_and_the_user_is_told(
    encounter: Encounter, kofi: User, broken_mail: None
) -> None:
    with pytest.raises(MailNotSent, match="stands"):
        cancel_encounter(by=kofi, encounter=encounter)
    encounter.refresh_from_db()
    assert encounter.status == Status.CANCELLED


def test_a_stranger_mails_no_links(encounter: Encounter, kofi: User, sam: User) -> None:
    patient = seat_of(encounter, "patient")
    issued = issue_invitation(by=kofi, seat=patient)
    with pytest.raises(NotAllowed):
        mail_invitation(by=sam, seat=patient, issued=issued)
    assert mail.outbox == []
