"""Signatures: made by the first key of the file, believed from any of them, checkable with public keys alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import pytest_django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from farward.environment import SettingError
from farward.vault.signing import create_signing_key, keyring


@pytest.fixture
def path(settings: pytest_django.Settings) -> Path:
    """Where the signing key is, freshly made."""
    place = Path(settings.FARWARD_SIGNING_KEY_FILE)
    create_signing_key(place)
    return place


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.unlink()
    path.write_bytes(content)
    path.chmod(mode)


def public_part(path: Path) -> bytes:
    key = serialization.load_pem_private_key(path.read_bytes(), None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_a_signature_is_believed_for_its_own_message_only(path: Path) -> None:
    key, signature = keyring().sign(b"as it was")
    assert keyring().believes(key, b"as it was", signature)
    assert not keyring().believes(key, b"as it never was", signature)
    assert not keyring().believes("00" * 32, b"as it was", signature)


def test_making_a_key_where_there_is_one_keeps_it_and_nobody_else_can_read_it(path: Path) -> None:
    before = path.read_bytes()
    create_signing_key(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_older_key_kept_below_the_new_one_is_still_believed(path: Path, tmp_path: Path) -> None:
    key, signature = keyring().sign(b"long ago")
    create_signing_key(tmp_path / "new.pem")
    write(path, (tmp_path / "new.pem").read_bytes() + public_part(path))
    assert keyring().believes(key, b"long ago", signature)
    assert keyring().sign(b"now")[0] != key


def test_with_public_keys_one_can_check_but_not_sign(path: Path) -> None:
    key, signature = keyring().sign(b"as it was")
    write(path, public_part(path), mode=0o644)
    assert keyring().believes(key, b"as it was", signature)
    with pytest.raises(SettingError, match="cannot sign"):
        keyring().sign(b"anything")


def test_a_private_key_that_others_can_read_is_refused(path: Path) -> None:
    path.chmod(0o644)
    with pytest.raises(SettingError, match="chmod 600"):
        keyring()


def test_no_key_says_what_to_do(settings: pytest_django.Settings) -> None:
    with pytest.raises(SettingError, match="farward init"):
        keyring()


def other_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"nothing", "holds no Ed25519 key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged"),
        (other_kind(), "not an Ed25519 key"),
    ],
)
def test_a_file_that_holds_no_usable_key_is_refused(path: Path, content: bytes, what: str) -> None:
    write(path, content)
    with pytest.raises(SettingError, match=what):
        keyring()
