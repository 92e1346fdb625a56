"""Telling the privacy officers at once that somebody broke glass. The mail names no patient and repeats no reason."""

from __future__ import annotations

import logging
import smtplib
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.models import Encounter
from farward.encounters.pseudonyms import pseudonym
from farward.people.mail import goes_out
from farward.people.models import Role, User
from farward.privacy.models import BrokenGlass
from farward.privacy.words import Why

log = logging.getLogger(__name__)


def tell_officers(glass: BrokenGlass, encounter: Encounter) -> bool:
    """Mail every privacy officer of the site, or whoever stands in for them. Returns whether each mail went out."""
    sent = 0
    officers = officers_for(encounter, glass.user)
    for email in officers:
        context = {
            "who": glass.user.name,
            "site": encounter.site.name,
            "name": pseudonym(encounter.pk),
            "at": timezone.localtime(glass.opened_at, encounter.site.zone),
            "until": timezone.localtime(glass.ends_at, encounter.site.zone),
            "zone": encounter.site.time_zone,
            "why": Why(glass.why).label,
            "url": urljoin(settings.FARWARD_URL, reverse("review_queue")),
        }
        message = EmailMessage(
            subject=_("Emergency access at %(site)s") % {"site": encounter.site.name},
            body=render_to_string("encounters/breakglass/mail.txt", context),
            to=[email],
        )
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            # The address stays out of the log.
            log.error("a privacy officer could not be told of emergency access: %s", type(error).__name__)
        else:
            sent += 1
    return bool(officers) and sent == len(officers) and goes_out()


def officers_for(encounter: Encounter, breaker: User) -> list[str]:
    """The site's privacy officers; where it has none, any of the school; then its administrators. Not who broke it."""
    officers = User.objects.filter(is_active=True, memberships__role=Role.PRIVACY_OFFICER).exclude(pk=breaker.pk)
    here = officers.filter(memberships__site=encounter.site, memberships__role=Role.PRIVACY_OFFICER)
    administrators = User.objects.filter(is_active=True, memberships__role=Role.ADMINISTRATOR).exclude(pk=breaker.pk)
    for found in (here, officers, administrators):
        if emails := sorted(set(found.values_list("email", flat=True))):
            return emails
    return []
