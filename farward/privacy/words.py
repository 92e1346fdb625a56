"""The words of access records: what was seen, how, why, what is odd about it, and what a review found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    READ = "read", _("Looked at")
    WRITE = "write", _("Changed")


class Data(models.TextChoices):
    """The kind of data that an access concerned."""

    SCHEDULE = "schedule", _("The schedule, without the patient's name")
    IDENTITY = "identity", _("Names and how to reach people")
    ROOM = "room", _("The visit itself: room and messages")
    PACK = "pack", _("A copy for a device without a network")
    NOTE = "note", _("The note")
    SUMMARY = "summary", _("The summary for the patient")
    PICTURE = "picture", _("A picture")
    CLIP = "clip", _("A voice note")
    RECORDING = "recording", _("A recording")
    DEBRIEF = "debrief", _("The debrief: who spoke when")
    CONSENT = "consent", _("A consent")
    LINK = "link", _("The link to a place in the visit")
    RECORD = "record", _("The whole record, in an emergency")
    ACCOUNT = "account", _("Accounts of the school")
    ACCESS = "access", _("Who has looked at what")
    OTHER = "other", _("Something else")


class Why(models.TextChoices):
    """What an access was for."""

    OWN = "own", _("Own visit")
    CARE = "care", _("Care")
    TEACHING = "teaching", _("Teaching")
    OPERATIONS = "operations", _("Running the school")
    SUPPORT = "support", _("Technical help")
    OVERSIGHT = "oversight", _("Privacy review")
    EMERGENCY_CARE = "emergency_care", _("Emergency: somebody needs care now")
    EMERGENCY_SAFETY = "emergency_safety", _("Emergency: somebody is in danger")
    EMERGENCY_DUTY = "emergency_duty", _("Emergency: the law or a court asks")


#: What somebody may break glass for.
EMERGENCIES = (Why.EMERGENCY_CARE, Why.EMERGENCY_SAFETY, Why.EMERGENCY_DUTY)


class Signal(models.TextChoices):
    """Why somebody should look twice at an access."""

    BREAK_GLASS = "break_glass", _("Emergency access")
    OWN_RECORD = "own_record", _("Own record, or that of somebody with the same name")
    SAME_SURNAME = "same_surname", _("Same surname as the patient")
    MANY = "many", _("A hundred records within an hour")
    OUTSIDE = "outside", _("Outside the booking or the rotation")


class Verdict(models.TextChoices):
    """What the review of a signal found."""

    FINE = "fine", _("In order")
    SPOKEN = "spoken", _("Spoken with the person")
    INCIDENT = "incident", _("An incident: handled as one")
