"""Telling preceptors by mail that an answer is late: once for each question, whichever process finds it."""

from __future__ import annotations

import logging

from django.utils import timezone

from farward.encounters.actions.mail import mail_reminder
from farward.encounters.errors import MailNotSent
from farward.encounters.models import Encounter

from .queries import waiting

log = logging.getLogger(__name__)

#: At most this many at a time, so that a night without a mail server is not caught up with in one go.
BATCH = 20


def remind_late() -> int:
    """Remind of every answer that is late and was not reminded of. Returns how many were claimed."""
    claimed = 0
    for encounter in waiting().filter(answer_due__lt=timezone.now(), reminded_at=None)[:BATCH]:
        # Claimed before it is mailed: a mail too few is better than one every minute.
        if not Encounter.objects.filter(pk=encounter.pk, reminded_at=None).update(reminded_at=timezone.now()):
            continue
        claimed += 1
        try:
            mail_reminder(encounter)
        except MailNotSent as refused:
            log.warning("no reminder for encounter %s: %s", encounter.pk, refused.code)
    return claimed
