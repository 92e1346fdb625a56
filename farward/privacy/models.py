"""Consent as the journal has it now, and access records as screens look for them.

All of it is derived: the proof is an entry in the journal, or in a ledger beside it (`journal.ledgers`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .words import EMERGENCIES, Act, Data, Signal, Verdict, Why

#: How long access records must be kept (45 CFR 164.316(b)(2)(i)): six years, whichever of them are leap years.
KEPT_FOR = timedelta(days=6 * 366)


class Purpose(models.TextChoices):
    """What a person is asked about. Each is asked, given, refused and withdrawn by itself."""

    VISIT = "visit", _("This visit by video or voice")
    LEARNER = "learner", _("A learner takes part")
    OBSERVERS = "observers", _("Others watch to learn")
    STILLS = "stills", _("Pictures are kept")
    RECORDING = "recording", _("The visit is recorded")
    TEACHING = "teaching", _("Reuse for teaching")


class Decision(models.TextChoices):
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Consent(models.Model):
    """The decision that stands. The journal entry `entry` is the proof; this row is derived from it."""

    journal = models.UUIDField()
    subject = models.UUIDField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    decision = models.CharField(max_length=10, choices=Decision)
    text_version = models.CharField(max_length=20)
    entry = models.UUIDField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "subject", "purpose"], name="privacy_one_standing_decision")
        ]


class TooYoung(Exception):
    """An access record is younger than it may be when it is deleted."""


class AccessRecord(models.Model):
    """One access, once for each encounter that it concerned. `entry` in its ledger is the proof.

    Where from and, in an emergency, the reason are sealed in the entry; `origin` only tells one place from another.
    """

    entry = models.UUIDField()
    at = models.DateTimeField()
    encounter = models.UUIDField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seat = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    act = models.CharField(max_length=5, choices=Act)
    what = models.CharField(max_length=12, choices=Data)
    view = models.CharField(max_length=60)
    why = models.CharField(max_length=20, choices=Why)
    # The picture, voice note, recording or account that it was, where it was a single one.
    thing = models.UUIDField(null=True)
    origin = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "encounter"], name="privacy_access_once"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(encounter__isnull=True), name="privacy_access_once_for_none"
            ),
        ]
        indexes = [
            models.Index(fields=["encounter", "-at"], name="privacy_access_encounter"),
            models.Index(fields=["user", "-at"], name="privacy_access_user"),
            models.Index(fields=["seat", "view"], condition=Q(seat__isnull=False), name="privacy_access_seat"),
        ]


class Flag(models.Model):
    """Something for the privacy officer to look at: one for each person, encounter and signal on a day."""

    signal = models.CharField(max_length=12, choices=Signal)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    encounter = models.UUIDField(null=True)
    day = models.DateField()
    # The access that raised it.
    entry = models.UUIDField()
    raised_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default="")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    # The entry that holds the officer's word.
    review = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signal", "user", "encounter", "day"], name="privacy_flag_once_a_day"),
            models.UniqueConstraint(
                fields=["signal", "user", "day"],
                condition=Q(encounter__isnull=True),
                name="privacy_flag_once_a_day_for_none",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("user")), name="privacy_nobody_reviews_themselves"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None, review=None)
                | ~Q(verdict="") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False, review__isnull=False),
                name="privacy_review_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["verdict", "-raised_at"], name="privacy_flag_queue")]


class Watch(models.Model):
    """Up to which access record the signals were looked for. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField(default=0)


class BrokenGlass(models.Model):
    """One account's view of one encounter without a place in it, read-only and for an hour."""

    entry = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    encounter = models.UUIDField()
    why = models.CharField(max_length=20, choices=[(why.value, why.label) for why in EMERGENCIES])
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("opened_at")), name="privacy_glass_ends")
        ]
        indexes = [models.Index(fields=["user", "encounter", "-ends_at"], name="privacy_glass_now")]


@receiver(pre_delete, sender=AccessRecord)
def _keep_six_years(sender: object, *, instance: AccessRecord, **_: Any) -> None:
    if instance.at > timezone.now() - KEPT_FOR:
        raise TooYoung(instance.entry)
