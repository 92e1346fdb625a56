"""The journal's tables: one head for each encounter, and its entries, sealed and chained.

`header` is the entry's envelope as canonical JSON bytes. It is the sealed payload's associated data and what the
chain covers; the other columns repeat parts of it so that the database can select by them, and `verify` checks
that they agree.
"""

from __future__ import annotations

from django.db import models


class Journal(models.Model):
    """The head of one encounter's journal. `id` is the encounter's id."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(default=bytes(32))
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    shredded_at = models.DateTimeField(null=True)


class Entry(models.Model):
    """One line of a journal. Never updated, never deleted."""

    id = models.UUIDField(primary_key=True)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    author = models.CharField(max_length=48)
    audience = models.CharField(max_length=48)
    header = models.BinaryField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journal", "seq"], name="journal_seq_once")]
