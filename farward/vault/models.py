"""Wrapped data keys: one for each owner (an encounter, a site) and lane, sealed by a master key kept elsewhere."""

from __future__ import annotations

from django.db import models


class Lane(models.TextChoices):
    """What a key may seal. Separate keys let media or identity be thrown away alone."""

    TEXT = "text"
    MEDIA = "media"
    IDENTITY = "identity"


class WrappedKey(models.Model):
    """A 256-bit data key, wrapped with AES-256-GCM by the master key `master`."""

    owner = models.UUIDField()
    lane = models.CharField(max_length=10, choices=Lane)
    master = models.CharField(max_length=32, db_index=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "lane"], name="vault_one_key_per_owner_and_lane")]
