"""Messages to those who take part: the link, another time, a cancellation. No subject names a patient."""

from __future__ import annotations

import logging
import smtplib
from email.mime.text import MIMEText

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from farward.encounters.actions.invitations import Issued, check_may_invite, record_invitation
from farward.encounters.calendar import CANCEL, REQUEST, invitation_file
from farward.encounters.entries import Booking
from farward.encounters.errors import MailNotSent
from farward.encounters.identity import identities_of, identity_of
from farward.encounters.models import Encounter, Seat
from farward.journal.queries import decode, read_entries
from farward.people.mail import goes_out
from farward.people.models import User

log = logging.getLogger(__name__)


def mail_invitation(*, by: User, seat: Seat, issued: Issued) -> None:
    """Send a seat its link, with the date as `.ics`. The link stands also where the mail does not go out.

    Raises:
        NotAllowed: this account may not invite to this encounter.
        MailNotSent: with the sentence for who pressed the button.
    """
    check_may_invite(by, seat)
    email = identity_of(seat).email
    if not email:
        raise MailNotSent("no_address", _("There is no e-mail address here. Show the code, or copy the link."))
    _send(seat.encounter, email, template="invitation", url=issued.url)
    record_invitation(seat, "mailed", by)


def mail_change(encounter: Encounter) -> None:
    """Tell everyone with an address the new time. Raises MailNotSent once all were tried."""
    _tell_all(encounter, template="moved")


def mail_cancellation(encounter: Encounter) -> None:
    """Tell everyone with an address that the encounter does not take place. Raises MailNotSent once all were tried."""
    _tell_all(encounter, template="cancelled", method=CANCEL)


def _tell_all(encounter: Encounter, *, template: str, method: str = REQUEST) -> None:
    failed = 0
    seats = list(encounter.seats.filter(removed_at=None).select_related("user"))
    for identity in identities_of(seats).values():
        if not identity.email:
            continue
        try:
            _send(encounter, identity.email, template=template, method=method)
        except MailNotSent:
            failed += 1
    if failed:
        raise MailNotSent("mail_failed", _("The change stands, but not everyone could be told by e-mail. Phone them."))


def _send(encounter: Encounter, email: str, *, template: str, method: str = REQUEST, url: str = "") -> None:
    begins = timezone.localtime(encounter.starts_at, encounter.site.zone)
    day, time = formats.date_format(begins, "l, j F Y"), formats.date_format(begins, "H:i")
    context = {
        "site": encounter.site,
        "day": day,
        "time": time,
        "zone": encounter.site.time_zone.replace("_", " "),
        "url": url,
    }
    message = EmailMessage(
        subject=_subject(template, day, time, encounter.site.name),
        body=render_to_string(f"encounters/mail/{template}.txt", context),
        to=[email],
    )
    message.attach(
        _calendar_part(invitation_file(encounter, attendee=email, method=method, sequence=_changes(encounter)), method)
    )
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        # The address stays out of the log.
        log.warning("mail of encounter %s not sent: %s", encounter.pk, type(error).__name__)
        raise MailNotSent("mail_failed", _("The e-mail could not be sent. Show the code, or copy the link.")) from error
    if not goes_out():
        raise MailNotSent(
            "no_mail", _("No mail server is set up, so nothing was sent. Show the code, or copy the link.")
        )


def _subject(template: str, day: str, time: str, site: str) -> str:
    what = {
        "invitation": _("Your visit on %(day)s at %(time)s, %(site)s"),
        "moved": _("New time for your visit: %(day)s at %(time)s, %(site)s"),
        "cancelled": _("Your visit on %(day)s at %(time)s is cancelled, %(site)s"),
    }
    return what[template] % {"day": day, "time": time, "site": site}


def _calendar_part(content: bytes, method: str) -> MIMEText:
    part = MIMEText(content.decode(), "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="visit.ics")
    return part


def _changes(encounter: Encounter) -> int:
    """How often the booking changed in a way that calendars show."""
    bookings = (decode(entry) for entry in read_entries(journal_id=encounter.pk, kinds=("booking",)))
    return sum(isinstance(booking, Booking) and booking.change in {"moved", "cancelled"} for booking in bookings)
