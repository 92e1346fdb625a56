"""An encounter as an iCalendar file (RFC 5545, with the methods of RFC 5546).

Calendars are synchronised to many places, so an event names neither the patient nor the reason, and holds no link.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from farward import __version__

from .models import Encounter

REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation_file(
    encounter: Encounter, *, attendee: str, method: str = REQUEST, sequence: int = 0, now: datetime | None = None
) -> bytes:
    """The event for one attendee, in the site's own time zone.

    Args:
        sequence: how often the encounter was changed since it was booked; a calendar takes only a higher one.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Farward//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{encounter.pk}@{urlsplit(settings.FARWARD_URL).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", now or timezone.now())
    event.add("dtstart", timezone.localtime(encounter.starts_at, encounter.site.zone))
    event.add("dtend", timezone.localtime(encounter.ends_at, encounter.site.zone))
    event.add("summary", _("Video visit, %(site)s") % {"site": encounter.site.name})
    event.add("location", _("Online"))
    event.add("description", _("The link is in the message that came with this date."))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    event.add("attendee", _address(attendee))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _address(email: str) -> vCalAddress:
    return vCalAddress(f"mailto:{email}")
