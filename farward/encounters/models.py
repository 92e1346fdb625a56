"""Encounters, their seats, the links and devices that open a seat, captures and clips.

Phase, presence and hands are projections of the journal: `actions` writes them in the transaction that appends
the entry, and nothing else does.
"""

from __future__ import annotations

import uuid_utils.compat
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from farward.people.models import Rotation, Site


class Kind(models.TextChoices):
    CLINIC = "clinic", _("Clinic: a real patient")
    SIMULATED = "simulated", _("Simulated: a standardised patient")
    PRACTICE = "practice", _("Practice: a scripted patient")
    SEMINAR = "seminar", _("Seminar: many people, one room")


class Mode(models.TextChoices):
    """How people meet: at one time, or by messages that each writes and answers when they can."""

    LIVE = "live", _("Live: everyone at one time")
    STORE_AND_FORWARD = "store_and_forward", _("By messages, answered later")


class Phase(models.TextChoices):
    HUDDLE = "huddle", _("Huddle")
    CHECK_IN = "check_in", _("Check-in")
    INTERVIEW = "interview", _("Interview")
    HALLWAY = "hallway", _("Hallway")
    TOGETHER = "together", _("Together")
    WRAP_UP = "wrap_up", _("Wrap-up")
    DEBRIEF = "debrief", _("Debrief")
    CLOSED = "closed", _("Closed")
    TECH_BREAK = "tech_break", _("Tech break")


class SeatRole(models.TextChoices):
    PATIENT = "patient", _("Patient")
    LEARNER = "learner", _("Learner")
    PRECEPTOR = "preceptor", _("Preceptor")
    OBSERVER = "observer", _("Observer")
    INTERPRETER = "interpreter", _("Interpreter")
    COMPANION = "companion", _("Companion")
    HELPER = "helper", _("Helper")


#: Who cares for the patient. The other groups of roles are those of the wiring.
CARE = frozenset({SeatRole.LEARNER, SeatRole.PRECEPTOR})


class Status(models.TextChoices):
    BOOKED = "booked", _("Booked")
    LIVE = "live", _("In progress")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Patient did not come")


#: Still to come, or going on.
OPEN = frozenset({Status.BOOKED, Status.LIVE})
#: Did not take place.
CALLED_OFF = frozenset({Status.CANCELLED, Status.NO_SHOW})


class NoteState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for co-signature")
    RETURNED = "returned", _("Returned with comments")
    COSIGNED = "cosigned", _("Co-signed")


class Presence(models.TextChoices):
    """Where a seat's person is. A person who is here on a poor link is shown as `weak`: see `Seat.link_quality`."""

    AWAY = "away", _("Not here yet")
    JOINED = "joined", _("Here")
    LOST = "lost", _("Connection lost")
    LEFT = "left", _("Left")


class Stance(models.TextChoices):
    """A preceptor's place while learner and patient talk: elsewhere, listening silently, or in the conversation."""

    AWAY = "away", _("Not listening")
    LISTENING = "listening", _("Listening")
    IN = "in", _("In the conversation")


class LinkQuality(models.TextChoices):
    """What a device last reported of its own connection."""

    GOOD = "good", _("Good connection")
    WEAK = "weak", _("Weak connection")
    BAD = "bad", _("Bad connection")


class Encounter(models.Model):
    """One teaching consultation, from booking to close."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    mode = models.CharField(max_length=18, choices=Mode, default=Mode.LIVE)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="encounters")
    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, null=True, blank=True, related_name="encounters")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.HUDDLE)
    phase_since = models.DateTimeField(null=True)
    # Where a tech break goes back to; empty outside one.
    resumes = models.CharField(max_length=12, choices=Phase, blank=True, default="")
    # By messages: within how many hours a question is answered, by when the one that waits, when the last one was.
    answer_hours = models.PositiveSmallIntegerField(null=True)
    answer_due = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    note_state = models.CharField(max_length=10, choices=NoteState, default=NoteState.DRAFT)
    note_version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="encounters_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(mode="live", answer_hours__isnull=True)
                | models.Q(mode="store_and_forward", answer_hours__isnull=False),
                name="encounters_messages_have_answer_hours",
            ),
        ]
        indexes = [models.Index(fields=["site", "starts_at"], name="encounters_site_day")]

    @property
    def by_messages(self) -> bool:
        """Whether people need not be here at one time."""
        return self.mode == Mode.STORE_AND_FORWARD

    @property
    def answer_late(self) -> bool:
        """Whether the question that waits should have been answered by now."""
        return self.answer_due is not None and self.answer_due < timezone.now()


class Seat(models.Model):
    """One person's place in an encounter. It outlives any connection, device or account."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=12, choices=SeatRole)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    # Sealed JSON {"name", "email", "phone"} of a person without an account, under the identity key.
    identity = models.BinaryField(default=bytes)
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.AWAY)
    # The page that holds the seat now: a new value means a new page, so peers connect anew.
    instance = models.UUIDField(null=True)
    seen_at = models.DateTimeField(null=True)
    # Since when this person has been here; a lost connection does not end it, leaving does.
    here_since = models.DateTimeField(null=True)
    link_quality = models.CharField(max_length=4, choices=LinkQuality, blank=True, default="")
    stance = models.CharField(max_length=10, choices=Stance, default=Stance.AWAY)
    whispering = models.BooleanField(default=False)
    hand_since = models.DateTimeField(null=True)
    muted = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["encounter", "user"], condition=models.Q(user__isnull=False), name="encounters_one_seat_each"
            )
        ]


class Invitation(models.Model):
    """A link that opens one seat on one device. Only the SHA-256 of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.BinaryField()
    opens_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)


class Device(models.Model):
    """A browser that holds, held or waits for a seat. The cookie's value is kept only as SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.BinaryField(unique=True)
    # How it came: by a link, or by the account that owns the seat.
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, related_name="devices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    label = models.CharField(max_length=60)
    admitted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)


class Capture(models.Model):
    """A still. The file holds the sealed bytes; the journal's `still` entry says what it shows."""

    id = models.UUIDField(primary_key=True, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="captures")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="captures")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    audience = models.CharField(max_length=48)
    received_at = models.DateTimeField(default=timezone.now)


class Clip(models.Model):
    """A voice note. It comes in pieces, each a sealed file; the journal's `clip` entry says that it is whole."""

    id = models.UUIDField(primary_key=True, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="clips")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="clips")
    media_type = models.CharField(max_length=40, blank=True, default="")
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    audience = models.CharField(max_length=48)
    # How many pieces are here: the number of the one that is wanted next.
    pieces = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True)
