"""Ed25519 signatures (RFC 8032) that stay checkable after the key was changed.

The key file holds one or more PEM blocks, newest first. The first, a private key, signs; all of them, private or
public, are believed when checking. Where only checking is wanted, a file of public keys is enough.
"""

from __future__ import annotations

import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from farward.environment import SettingError
from farward.files import write_secret

_BLOCK = re.compile(rb"-----BEGIN (PRIVATE|PUBLIC) KEY-----.*?-----END \1 KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Who signs, and whom we believe, by the hex of the raw public key."""

    signer: Ed25519PrivateKey | None
    trusted: dict[str, Ed25519PublicKey]

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """The signer's public key (hex) and the signature."""
        if self.signer is None:
            raise SettingError("FARWARD_SIGNING_KEY_FILE: its first key is public and cannot sign.")
        return _name(self.signer.public_key()), self.signer.sign(message)

    def believes(self, key: str, message: bytes, signature: bytes) -> bool:
        """Whether a key we trust made this signature over this message."""
        public = self.trusted.get(key)
        if public is None:
            return False
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def keyring() -> Keyring:
    """The signing keys of this installation. Raises SettingError."""
    path: Path = settings.FARWARD_SIGNING_KEY_FILE
    try:
        status = path.stat()
        return _load(path, status.st_mtime_ns, status.st_mode)
    except FileNotFoundError:
        raise SettingError(
            f"FARWARD_SIGNING_KEY_FILE: there is no {path}. Run `farward init`, or put back the one you kept."
        ) from None


def create_signing_key(path: Path) -> None:
    """Make a signing key where there is none; an existing one is left alone."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        write_secret(path, pem)


@lru_cache(maxsize=8)
def _load(path: Path, changed: int, mode: int) -> Keyring:
    data = path.read_bytes()
    keys = [_parse(match.group(0), path) for match in _BLOCK.finditer(data)]
    if not keys:
        raise SettingError(f"FARWARD_SIGNING_KEY_FILE: {path} holds no Ed25519 key in PEM.")
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and any(isinstance(key, Ed25519PrivateKey) for key in keys):
        raise SettingError(f"FARWARD_SIGNING_KEY_FILE: others can read {path}. Run `chmod 600 {path}`.")
    public = [key.public_key() if isinstance(key, Ed25519PrivateKey) else key for key in keys]
    signer = keys[0] if isinstance(keys[0], Ed25519PrivateKey) else None
    return Keyring(signer, {_name(key): key for key in public})


def _parse(block: bytes, path: Path) -> Ed25519PrivateKey | Ed25519PublicKey:
    try:
        key = (
            serialization.load_pem_private_key(block, password=None)
            if b"BEGIN PRIVATE" in block
            else serialization.load_pem_public_key(block)
        )
    except ValueError:
        raise SettingError(f"FARWARD_SIGNING_KEY_FILE: a key in {path} is damaged.") from None
    if not isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        raise SettingError(f"FARWARD_SIGNING_KEY_FILE: a key in {path} is not an Ed25519 key.")
    return key


def _name(key: Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
