"""Accounts, what they may be at which site, sites with their own time zone, and rotations."""

from __future__ import annotations

import zoneinfo
from typing import Any, ClassVar

import uuid_utils.compat
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .phones import check_phone


class Role(models.TextChoices):
    """What an account may be at a site."""

    LEARNER = "learner", _("Learner")
    PRECEPTOR = "preceptor", _("Preceptor")
    COORDINATOR = "coordinator", _("Coordinator")
    SUPPORT = "support", _("Support")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose name for signing in is their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of the school: learner, preceptor or staff. Patients have no account."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


def check_time_zone(value: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone such as Africa/Nairobi."))


class Site(models.Model):
    """A place with its network, devices, rooms and hours."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    phone = models.CharField(_("phone for when the network fails"), max_length=40, blank=True, validators=[check_phone])
    # What a megabyte costs most people there, so that a visit's price can be said before it.
    price_per_mb = models.DecimalField(_("price of a megabyte"), max_digits=10, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # Whether a link of somebody without an account opens only with six digits told on another way.
    link_code = models.BooleanField(_("links need a code"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_per_mb=None, currency="")
                | (models.Q(price_per_mb__gte=0) & ~models.Q(currency="")),
                name="people_site_price_with_currency",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Membership(models.Model):
    """One account's role at one site. An administrator's role counts at every site."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "site", "role"], name="people_role_once_per_site")]


class Rotation(models.Model):
    """A cohort of learners with preceptors over weeks."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rotations")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    learners = models.ManyToManyField(User, related_name="rotations_as_learner", blank=True)
    preceptors = models.ManyToManyField(User, related_name="rotations_as_preceptor", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="people_rotation_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name
