"""Data keys: made for an owner, wrapped by a master key, unwrapped for use, rotated and thrown away.

An owner (an encounter, a site) has one key for each lane. Only the wrapped form is stored, in the database `keys`.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connections, router, transaction

from farward.environment import SettingError
from farward.vault.errors import KeyGone
from farward.vault.masters import master_named, masters, newest_master
from farward.vault.models import Lane, WrappedKey

KEY_BYTES = 32
_CACHED_KEYS = 8192
_REWRAP_BATCH = 500


@dataclass(frozen=True, slots=True)
class DataKey:
    """An unwrapped key, ready to seal with. `secret` never leaves this process."""

    aead: AESGCM
    secret: bytes
    wrapped: bytes

    def __repr__(self) -> str:
        return "DataKey(…)"

    def derive(self, *, salt: bytes, info: bytes) -> AESGCM:
        """A key of its own for one file, by HKDF-SHA-256 (RFC 5869)."""
        return AESGCM(self.derive_bytes(salt=salt, info=info))

    def derive_bytes(self, *, salt: bytes, info: bytes) -> bytes:
        """The same as plain bytes, for a key that leaves this process: it opens nothing that the server keeps."""
        return HKDF(SHA256(), KEY_BYTES, salt, info).derive(self.secret)


class _Cache:
    """The most recently used unwrapped keys."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[UUID, str], DataKey] = OrderedDict()
        self._lock = Lock()

    def get(self, owner: UUID, lane: str) -> DataKey | None:
        with self._lock:
            key = self._keys.get((owner, lane))
            if key is not None:
                self._keys.move_to_end((owner, lane))
            return key

    def put(self, owner: UUID, lane: str, key: DataKey) -> None:
        with self._lock:
            self._keys[owner, lane] = key
            while len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)

    def drop(self, owner: UUID, lanes: Iterable[str]) -> None:
        with self._lock:
            for lane in lanes:
                self._keys.pop((owner, str(lane)), None)


_cache = _Cache()


def create_keys(owner: UUID, lanes: Iterable[str] = tuple(Lane)) -> None:
    """Make the owner's missing keys. Doing it twice changes nothing."""
    # What is remembered of an owner that has no keys is of a database that is no longer this one.
    _cache.drop(owner, lanes := tuple(lanes))
    master = newest_master()
    WrappedKey.objects.bulk_create(
        [
            WrappedKey(
                owner=owner,
                lane=str(lane),
                master=master.name,
                wrapped=master.wrap(os.urandom(KEY_BYTES), owner=owner, lane=str(lane)),
            )
            for lane in lanes
        ],
        ignore_conflicts=True,
    )


def data_key(owner: UUID, lane: str, *, known_live: bool = False) -> DataKey:
    """The owner's key for one lane.

    The unwrapped key is cached, but whether it still exists is asked each time, so that a key thrown away by another
    process is gone here too. `known_live` skips that question for a caller who has just read the answer elsewhere.

    Raises:
        KeyGone: there is no such key.
        UnknownMaster: its master key was not given to this process.
    """
    lane = str(lane)
    cached = _cache.get(owner, lane)
    if cached is not None and known_live:
        return cached
    row = WrappedKey.objects.filter(owner=owner, lane=lane).values_list("master", "wrapped").first()
    if row is None:
        _cache.drop(owner, [lane])
        raise KeyGone(f"{owner} has no {lane} key")
    wrapped = bytes(row[1])
    if cached is not None and cached.wrapped == wrapped:
        return cached
    secret = master_named(row[0]).unwrap(wrapped, owner=owner, lane=lane)
    key = DataKey(AESGCM(secret), secret, wrapped)
    _cache.put(owner, lane, key)
    return key


def destroy_keys(owner: UUID, lanes: Collection[str] = tuple(Lane)) -> int:
    """Throw keys away for good: what they sealed can never be read again. Returns how many there were."""
    wanted = [str(lane) for lane in lanes]
    _cache.drop(owner, wanted)
    database = connections[router.db_for_write(WrappedKey)]
    if database.vendor == "sqlite":
        # Otherwise the deleted bytes stay readable in free pages of the file.
        with database.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    destroyed, _ = WrappedKey.objects.filter(owner=owner, lane__in=wanted).delete()
    if not database.in_atomic_block:
        _scrub()
    return destroyed


def _scrub() -> None:
    """Clear what the database keeps of deleted rows beside the table: the write-ahead log, dead row versions."""
    database = connections[router.db_for_write(WrappedKey)]
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        else:
            cursor.execute(f"VACUUM {database.ops.quote_name(WrappedKey._meta.db_table)}")


def rotate_master() -> int:
    """Wrap every data key with the newest master key, so that older ones may be retired. Returns how many were.

    What the data keys sealed is not touched. A key thrown away meanwhile stays away.
    """
    newest = newest_master()
    rewrapped = 0
    while rows := list(WrappedKey.objects.exclude(master=newest.name).order_by("pk")[:_REWRAP_BATCH]):
        with transaction.atomic(using=router.db_for_write(WrappedKey)):
            for row in rows:
                secret = master_named(row.master).unwrap(bytes(row.wrapped), owner=row.owner, lane=row.lane)
                rewrapped += WrappedKey.objects.filter(pk=row.pk, master=row.master).update(
                    master=newest.name, wrapped=newest.wrap(secret, owner=row.owner, lane=row.lane)
                )
    return rewrapped


def check_master_keys() -> None:
    """For the start of a process: every wrapped key's master key must be at hand.

    Raises:
        SettingError: one line that names what is missing.
    """
    known = {master.name for master in masters()}
    used = set(WrappedKey.objects.order_by().values_list("master", flat=True).distinct())
    if missing := sorted(used - known):
        raise SettingError(
            f"FARWARD_MASTER_KEYS: master key {missing[0]!r} is missing and records need it. "
            "Put it back, after the newest one."
        )
