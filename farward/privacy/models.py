"""Consent as the journal has it now: the newest decision for each seat and purpose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
