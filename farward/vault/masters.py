"""Master keys: where they come from and what one does. They wrap the data keys and live outside every database."""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from farward.environment import SettingError
from farward.vault.errors import SealBroken, UnknownMaster

NONCE_BYTES = 12
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Master:
    """One master key and its name, which is stored beside each key it wraps."""

    name: str
    aead: AESGCM

    def wrap(self, key: bytes, *, owner: UUID, lane: str) -> bytes:
        """Seal a data key for its owner and lane; elsewhere the result does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.aead.encrypt(nonce, key, self._place(owner, lane))

    def unwrap(self, wrapped: bytes, *, owner: UUID, lane: str) -> bytes:
        """The data key. Raises SealBroken."""
        try:
            return self.aead.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], self._place(owner, lane))
        except (InvalidTag, ValueError):
            raise SealBroken(f"the {lane} key of {owner} does not open with master key {self.name!r}") from None

    def _place(self, owner: UUID, lane: str) -> bytes:
        return f"farward key|{owner}|{lane}|{self.name}".encode()


def masters() -> list[Master]:
    """The master keys, newest first.

    Raises:
        SettingError: there are none, or one cannot be used.
    """
    return list(_load(settings.FARWARD_MASTER_KEYS, settings.FARWARD_MASTER_KEY_FILE))


def newest_master() -> Master:
    """The master key that wraps new keys."""
    return masters()[0]


def master_named(name: str) -> Master:
    """The master key of that name. Raises UnknownMaster."""
    for attempt in range(2):
        for master in masters():
            if master.name == name:
                return master
        if attempt == 0:
            # Another process may have rotated to a key added to the file since we read it.
            forget_masters()
    raise UnknownMaster(f"master key {name!r} is not among those given")


def forget_masters() -> None:
    """Read the master keys anew the next time one is needed."""
    _load.cache_clear()


@lru_cache(maxsize=4)
def _load(inline: str, path: Path) -> tuple[Master, ...]:
    source = "FARWARD_MASTER_KEYS" if inline else "FARWARD_MASTER_KEY_FILE"
    lines = inline.replace(",", "\n") if inline else _read_private(path)
    found = [_parse(line.strip(), source) for line in lines.splitlines() if line.strip() and line.strip()[0] != "#"]
    names = [master.name for master in found]
    if not found:
        raise SettingError(
            f"{source}: holds no key. Run `farward init`, or give one as name:base64 of 32 random bytes."
        )
    if len(set(names)) < len(names):
        raise SettingError(f"{source}: two keys share a name. Give each its own.")
    return tuple(found)


def _parse(line: str, source: str) -> Master:
    name, _, encoded = line.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not _NAME.fullmatch(name) or len(key) != 32:
        raise SettingError(f"{source}: a key is not name:base64 of 32 bytes. Make one with `openssl rand -base64 32`.")
    return Master(name, AESGCM(key))


def _read_private(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingError(
            f"FARWARD_MASTER_KEYS: not set, and there is no {path}. "
            "Run `farward init`, or set it to name:base64 of 32 bytes."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"FARWARD_MASTER_KEY_FILE: {path} cannot be read ({error.__class__.__name__}).") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingError(f"FARWARD_MASTER_KEY_FILE: others can read {path}. Run `chmod 600 {path}`.")
    return text
