"""Signed checkpoints: what all journals stood at, kept in a second place outside the database.

A chain alone misses a cut tail and a full rewrite. So at each encounter's end, and every five minutes while something
is written, the heads that moved since the last checkpoint are written to a file of their own and signed (Ed25519).
Each file names the SHA-256 of the one before it, and `root`, a digest over every head, so that one checkpoint alone
proves the whole database. The first of each month lists every head.

Files are `<year>-<month>/<number>.json`, one line each:

    {"body": "<JSON>", "key": "<public key, hex>", "signature": "<hex>"}

The signature is over the bytes of `body`, with a prefix so that it can be mistaken for nothing else.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from farward.environment import SettingError
from farward.files import write_durably
from farward.journal.models import Journal
from farward.vault.signing import create_signing_key, keyring

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
_PREFIX = b"farward checkpoint v1\n"
_FIRST = bytes(32).hex()


class SignedHead(NamedTuple):
    """Where one journal stood: its `seq`, and its head's digest in hex."""

    seq: int
    digest: str


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a checkpoint says. `heads` lists those that moved since the last one, or all if `full`."""

    n: int
    at: datetime
    prev: str
    full: bool
    journals: int
    root: str
    heads: dict[UUID, SignedHead]


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A checkpoint's file."""

    body: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint as read from its file. `digest` is what the next one names as `prev`."""

    path: Path
    body: Body
    digest: str
    believed: bool


class DamagedCheckpoint(ValueError):
    """A file in the checkpoints' folder is not one."""


@dataclass(slots=True)
class _State:
    """What this process has read of a folder, so that signing reads only what is new."""

    n: int = 0
    at: datetime | None = None
    digest: str = _FIRST
    heads: dict[UUID, SignedHead] = field(default_factory=dict)


_states: dict[Path, _State] = {}
_guard = Lock()


def sign_checkpoint() -> Checkpoint | None:
    """Sign where every journal stands now. Returns None if nothing moved since the last checkpoint.

    Raises:
        SettingError: there is no key to sign with.
        DamagedCheckpoint: the last checkpoint cannot be read.
        OSError: the second place cannot be written.
    """
    with _folder() as (folder, state):
        return _sign(folder, state, current_heads(), timezone.now())


def tick(now: datetime | None = None) -> Checkpoint | None:
    """Sign if five minutes have passed since the last checkpoint and something was written. Cheap otherwise.

    For the server's own clock, every half minute or so: a failure is logged and the next tick tries again.
    """
    moment = now or timezone.now()
    with _failures_logged(), _folder() as (folder, state):
        if state.at is None or moment - state.at >= EVERY:
            return _sign(folder, state, current_heads(), moment)
    return None


def sign_checkpoint_or_log() -> None:
    """For the end of an encounter, which a failure here must not undo: the next `tick` makes good for it."""
    with _failures_logged():
        sign_checkpoint()


@contextmanager
def _failures_logged() -> Iterator[None]:
    try:
        yield
    except (SettingError, DamagedCheckpoint, OSError, DatabaseError) as error:
        log.error("no checkpoint could be signed: %s", error)


def current_heads() -> dict[UUID, SignedHead]:
    """Where the database says each journal stands."""
    # Durable: heads that an outer transaction may yet take back must never be signed.
    with transaction.atomic(durable=True):
        rows = Journal.objects.values_list("pk", "seq", "head")
        return {pk: SignedHead(seq, bytes(digest).hex()) for pk, seq, digest in rows.iterator(chunk_size=2000)}


def root_of(heads: Mapping[UUID, SignedHead]) -> str:
    """One digest over all heads, in order of id."""
    total = sha256()
    for pk in sorted(heads):
        total.update(pk.bytes + heads[pk].seq.to_bytes(8, "big") + bytes.fromhex(heads[pk].digest))
    return total.hexdigest()


def read_checkpoints() -> Iterator[Checkpoint]:
    """The checkpoints in order, each with whether a key we trust signed it. Raises DamagedCheckpoint, SettingError."""
    if files := checkpoint_files():
        believes = keyring().believes
        yield from (_read(path, believes) for path in files)


def checkpoint_files() -> list[Path]:
    """The checkpoints' files in order."""
    folder: Path = settings.FARWARD_CHECKPOINT_DIR
    return sorted((path for path in folder.glob("*/*.json") if path.stem.isdigit()), key=lambda path: int(path.stem))


def newest_checkpoint() -> Checkpoint | None:
    """The last checkpoint, not judged; None while there is none. Raises DamagedCheckpoint, OSError."""
    files = checkpoint_files()
    return _read(files[-1]) if files else None


def _sign(folder: Path, state: _State, current: Mapping[UUID, SignedHead], now: datetime) -> Checkpoint | None:
    moved = {pk: head for pk, head in current.items() if state.heads.get(pk) != head}
    if not moved:
        return None
    # A journal that is gone from the database stays listed, so that its absence is found.
    heads = {**state.heads, **current}
    full = state.at is None or (state.at.year, state.at.month) != (now.year, now.month)
    body = Body(
        n=state.n + 1,
        at=now,
        prev=state.digest,
        full=full,
        journals=len(heads),
        root=root_of(heads),
        heads=heads if full else moved,
    )
    text = msgspec.json.encode(body)
    if state.n == 0:
        create_signing_key(settings.FARWARD_SIGNING_KEY_FILE)
    key, signature = keyring().sign(_PREFIX + text)
    path = folder / f"{now:%Y-%m}" / f"{body.n:08}.json"
    line = msgspec.json.encode(Signed(text.decode(), key, signature.hex())) + b"\n"
    write_durably(path, line)
    checkpoint = Checkpoint(path, body, sha256(line).hexdigest(), believed=True)
    _advance(state, checkpoint)
    return checkpoint


@contextmanager
def _folder() -> Iterator[tuple[Path, _State]]:
    """The checkpoints' folder, alone among threads and processes, and what we know of it, brought up to date."""
    folder: Path = settings.FARWARD_CHECKPOINT_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _guard, (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = _states.setdefault(folder, _State())
        _catch_up(folder, state)
        yield folder, state


def _catch_up(folder: Path, state: _State) -> None:
    if state.n == 0:
        for checkpoint in _since_last_full():
            _advance(state, checkpoint)
    while found := next(folder.glob(f"*/{state.n + 1:08}.json"), None):
        _advance(state, _read(found))


def _since_last_full() -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for path in reversed(checkpoint_files()):
        found.append(_read(path))
        if found[-1].body.full:
            break
    return found[::-1]


def _advance(state: _State, checkpoint: Checkpoint) -> None:
    state.n = checkpoint.body.n
    state.at = checkpoint.body.at
    state.digest = checkpoint.digest
    state.heads.update(checkpoint.body.heads)


def _read(path: Path, believes: Callable[[str, bytes, bytes], bool] | None = None) -> Checkpoint:
    line = path.read_bytes()
    try:
        signed = msgspec.json.decode(line, type=Signed)
        body = msgspec.json.decode(signed.body, type=Body)
        signature = bytes.fromhex(signed.signature)
    except (msgspec.DecodeError, ValueError):
        raise DamagedCheckpoint(f"{path} is not a checkpoint") from None
    believed = believes is not None and believes(signed.key, _PREFIX + signed.body.encode(), signature)
    return Checkpoint(path, body, sha256(line).hexdigest(), believed)
