"""Settings: what is taken, and what a wrong one says."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from farward.environment import SettingError, known_variables, read_environment

KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in known_variables():
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("FARWARD_URL", "farward.school.example", "must be an address without a path"),
        ("FARWARD_URL", "https://school.example/farward", "must be an address without a path"),
        ("FARWARD_URL", "http://farward.school.example", "must begin with https://"),
        ("FARWARD_MASTER_KEYS", "2026:tooshort", "32 bytes in base64"),
        ("FARWARD_MASTER_KEYS", f"2026:{KEY},not a pair", "32 bytes in base64"),
        ("DATABASE_URL", "mysql://localhost/farward", "postgres://"),
        ("FARWARD_KEYS_DATABASE_URL", "oracle://localhost/keys", "postgres://"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("FARWARD_ICE_URLS", "https://stun.example", "stun:"),
        ("FARWARD_TURN_URLS", "stun:turn.example", "turn:"),
        ("FARWARD_EMAIL_URL", "mail.example", "smtp://"),
        ("FARWARD_EMAIL_URL", "smtp", "smtp://"),
        ("FARWARD_TURN_TTL", "5", "300"),
        ("FARWARD_TURN_TTL", "soon", "integer"),
        ("FARWARD_LOG_LEVEL", "LOUD", "DEBUG"),
        ("FARWARD_MEDIA", "magic", "mesh"),
        ("FARWARD_DEBUG", "perhaps", "boolean"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line_that_says_what_would_do(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as caught:
        read_environment()
    message = str(caught.value)
    assert message.startswith(f"{variable}: ")
    assert says in message
    assert "\n" not in message


def test_a_misspelt_setting_stops_the_start_and_names_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_DATADIR", "/srv/farward")
    with pytest.raises(SettingError, match=r"FARWARD_DATADIR: .* FARWARD_DATA_DIR\?"):
        read_environment()


def test_a_relay_without_its_secret_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_TURN_URLS", "turn:turn.school.example")
    with pytest.raises(SettingError, match="FARWARD_TURN_SECRET: missing"):
        read_environment()


def test_relayed_paths_only_without_a_relay_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_FORCE_RELAY", "1")
    with pytest.raises(SettingError, match="FARWARD_TURN_URLS names no relay"):
        read_environment()


def test_a_missing_secret_key_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_DATA_DIR", str(tmp_path))
    with pytest.raises(SettingError, match="farward init"):
        read_environment().read_secret_key()


def test_lists_are_split_at_commas_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_HOSTS", "a.example, b.example c.example")
    assert read_environment().hosts == ["a.example", "b.example", "c.example"]


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_URL", "")
    assert read_environment().url == "http://127.0.0.1:8000"


def test_only_an_address_over_tls_makes_cookies_secure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_URL", "https://farward.school.example/")
    secure = read_environment()
    monkeypatch.setenv("FARWARD_URL", "http://localhost:8000")
    assert (secure.secure, read_environment().secure) == (True, False)
    assert secure.url == "https://farward.school.example"


def test_two_master_keys_may_stand_beside_each_other_during_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWARD_MASTER_KEYS", f"new:{KEY},old:{KEY}")
    assert read_environment().master_keys == f"new:{KEY},old:{KEY}"
