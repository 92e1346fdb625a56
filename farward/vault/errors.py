"""What can be wrong with a key."""

from __future__ import annotations


class KeyGone(LookupError):
    """The owner has no such key: it was thrown away, or never made."""


class UnknownMaster(LookupError):
    """A data key is wrapped by a master key that this process was not given."""


class SealBroken(ValueError):
    """Sealed bytes do not open: they were changed, cut, or belong somewhere else."""
