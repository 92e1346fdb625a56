"""Messages to those who take part: the link, another time, a cancellation. No subject names a patient."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime
from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from farward.encounters.actions.invitations import Issued, check_may_invite, record_invitation
from farward.encounters.calendar import CANCEL, REQUEST, invitation_file
from farward.encounters.entries import Booking
from farward.encounters.errors import MailNotSent
from farward.encounters.identity import identities_of, identity_of
from farward.encounters.models import Encounter, Seat, SeatRole
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


def mail_reminder(encounter: Encounter) -> None:
    """Tell the preceptors that their answer is late. The mail names nobody. Raises MailNotSent once all were tried."""
    if encounter.answer_due is None:
        return
    failed = 0
    seats = encounter.seats.filter(role=SeatRole.PRECEPTOR, removed_at=None, user__is_active=True)
    for email in seats.values_list("user__email", flat=True):
        context = _when(encounter, encounter.answer_due) | {"url": settings.FARWARD_URL}
        message = EmailMessage(
            subject=_("A learner waits for your answer, %(site)s") % {"site": encounter.site.name},
            body=render_to_string("encounters/mail/late.txt", context),
            to=[email],
        )
        try:
            _deliver(message, encounter)
        except MailNotSent:
            failed += 1
    if failed:
        raise MailNotSent("mail_failed", _("Not everyone could be reminded by e-mail. Phone them."))


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
    context = _when(encounter, encounter.starts_at) | {"url": url}
    message = EmailMessage(
        subject=_subject(template, context["day"], context["time"], encounter.site.name),
        body=render_to_string(f"encounters/mail/{template}.txt", context),
        to=[email],
    )
    message.attach(
        _calendar_part(invitation_file(encounter, attendee=email, method=method, sequence=_changes(encounter)), method)
    )
    _deliver(message, encounter)


def _when(encounter: Encounter, moment: datetime) -> dict[str, Any]:
    """A moment at the encounter's site, as mails say it."""
    local = timezone.localtime(moment, encounter.site.zone)
    return {
        "site": encounter.site,
        "day": formats.date_format(local, "l, j F Y"),
        "time": formats.date_format(local, "H:i"),
        "zone": encounter.site.time_zone.replace("_", " "),
    }


def _deliver(message: EmailMessage, encounter: Encounter) -> None:
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
