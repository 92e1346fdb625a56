"""The one place where the environment enters: names, shapes, defaults and what to do about a bad value.

Every setting is read here once, at the start. A value that cannot be used raises `SettingError`, whose
text is one line that names the variable and says how to mend it; the command line prints it and stops.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Words = Annotated[list[str], NoDecode]

#: What each kind of address may begin with.
DATABASES = ("sqlite", "postgres", "postgresql")
REDIS = ("redis", "rediss", "unix")
MAIL = ("console", "dummy", "file", "memory", "smtp", "smtps", "smtp+tls", "smtp+ssl", "submission", "submit")
ICE = ("stun", "stuns", "turn", "turns")
TURN = ("turn", "turns")
#: The roles of people, by name: what some settings are told apart by.
ROLES = ("learner", "preceptor", "coordinator", "support", "privacy_officer", "administrator")

#: Names that carry no prefix, because every host of Django applications calls them so.
BARE = ("DATABASE_URL", "REDIS_URL")
PREFIX = "FARWARD_"


class SettingError(RuntimeError):
    """A setting is wrong or missing. The message is one line for the person who starts Farward."""


def _begins_with(schemes: tuple[str, ...], example: str) -> AfterValidator:
    """Refuse an address whose scheme is not one of these; an empty one means "not set"."""

    def check(value: str) -> str:
        scheme, colon, _rest = value.partition(":")
        if value and (not colon or scheme.lower() not in schemes):
            raise ValueError(f"begins with none of {', '.join(f'{s}:' for s in schemes)}; an example is {example}")
        return value

    return AfterValidator(check)


def _by_role(most: int) -> BeforeValidator:
    """Read `15 administrator:10`: a number for everyone, then other ones for some roles; all from 1 to `most`."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        found: dict[str, int] = {}
        for word in value.replace(",", " ").split():
            role, _colon, number = word.rpartition(":")
            if (role and role not in ROLES) or not number.isascii() or not number.isdigit():
                raise ValueError("must be a number, then role:number for some roles, as `15 administrator:10`")
            found[role] = int(number)
        if "" not in found or not all(1 <= number <= most for number in found.values()):
            raise ValueError(f"must begin with a number for everyone, and each must be from 1 to {most}")
        return found

    return BeforeValidator(read)


class Environment(BaseSettings):
    """Farward's settings as the environment gives them. `docs/settings.md` and `.env.example` say what each does."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    debug: bool = False
    data_dir: Path = Path("farward-data")
    url: str = "http://127.0.0.1:8000"
    hosts: Words = []
    secret_key: str = ""
    master_keys: str = ""
    master_key_file: Path | None = None
    signing_key_file: Path | None = None
    checkpoint_dir: Path | None = None
    database_url: Annotated[str, _begins_with(DATABASES, "postgres://farward:secret@localhost/farward")] = Field(
        default="", validation_alias="DATABASE_URL"
    )
    keys_database_url: Annotated[str, _begins_with(DATABASES, "postgres://farward:secret@localhost/keys")] = ""
    redis_url: Annotated[str, _begins_with(REDIS, "redis://localhost:6379/0")] = Field(
        default="", validation_alias="REDIS_URL"
    )
    media: Literal["mesh"] = "mesh"
    ice_urls: Annotated[list[Annotated[str, _begins_with(ICE, "stun:stun.school.example:3478")]], NoDecode] = []
    turn_urls: Annotated[list[Annotated[str, _begins_with(TURN, "turn:turn.school.example:3478")]], NoDecode] = []
    turn_secret: str = ""
    turn_ttl: int = Field(default=6 * 3600, ge=300, le=24 * 3600)
    force_relay: bool = False
    second_step_roles: Words = ["administrator", "privacy_officer", "coordinator", "support"]
    idle_minutes: Annotated[dict[str, int], NoDecode, _by_role(24 * 60)] = {
        "": 15,
        "administrator": 10,
        "privacy_officer": 10,
    }
    session_hours: Annotated[dict[str, int], NoDecode, _by_role(7 * 24)] = {"": 12, "administrator": 8}
    email_url: Annotated[str, _begins_with(MAIL, "smtp://user:secret@mail.school.example:587")] = "console:"
    email_from: str = "Farward <farward@localhost>"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    trust_proxy: bool = False
    recording_megabytes: int = Field(default=500, ge=1, le=100_000)
    recording_visit_megabytes: int = Field(default=2000, ge=1, le=1_000_000)
    recording_days: int = Field(default=180, ge=1, le=3650)
    disk_reserve_megabytes: int = Field(default=500, ge=0, le=10_000_000)
    chromium: Path | None = None

    @field_validator("second_step_roles")
    @classmethod
    def _are_roles(cls, value: list[str]) -> list[str]:
        wanted = [] if value == ["none"] else value
        if unknown := sorted(set(wanted) - set(ROLES)):
            raise ValueError(f"there is no role {unknown[0]}; write `none`, or some of {', '.join(ROLES)}")
        return wanted

    @field_validator("hosts", "ice_urls", "turn_urls", "second_step_roles", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be an address without a path, such as https://farward.school.example")
        if parts.scheme == "http" and not _is_this_machine(parts.hostname):
            raise ValueError(
                f"browsers give camera and microphone only over TLS, so it must begin with https:// (not {value}); "
                "put a proxy with a certificate in front, and set FARWARD_TRUST_PROXY=1"
            )
        return value.rstrip("/")

    @field_validator("master_keys")
    @classmethod
    def _are_master_keys(cls, value: str) -> str:
        for item in value.split(",") if value else []:
            name, _colon, key = item.strip().partition(":")
            if not name or len(_decode_key(key)) != 32:
                raise ValueError(
                    "must be name:key pairs with commas between them, newest first, each key 32 bytes in base64; "
                    "make one with `echo 2026:$(head -c32 /dev/urandom | base64)`"
                )
        return value

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names Farward answers to: those set, and always its own address and this machine."""
        own = urlsplit(self.url).hostname or "localhost"
        return sorted({*self.hosts, own, "127.0.0.1", "localhost", "[::1]"})

    @property
    def keys_dir(self) -> Path:
        """Where `farward init` keeps the keys it makes."""
        return self.data_dir / "keys"

    def read_secret_key(self) -> str:
        """Django's secret key: from the environment, else from `secret.key` in the data directory.

        Raises:
            SettingError: neither is there.
        """
        if self.secret_key:
            return self.secret_key
        path = self.keys_dir / "secret.key"
        try:
            return path.read_text("utf-8").strip()
        except FileNotFoundError:
            raise SettingError(
                f"FARWARD_SECRET_KEY: not set, and there is no {path}. "
                "Run `farward init`, or set it to 50 random characters."
            ) from None
        except OSError as error:
            raise SettingError(f"FARWARD_SECRET_KEY: not set, and {path} cannot be read ({error.strerror}).") from None

    @cached_property
    def secure(self) -> bool:
        """Whether people reach Farward over TLS, which decides cookie and transport flags."""
        return self.url.startswith("https://")


def read_environment() -> Environment:
    """Read and check every setting.

    Raises:
        SettingError: one line that names the first wrong variable and says how to mend it.
    """
    _refuse_unknown_names()
    try:
        env = Environment()
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingError(f"{variable_of(str(first['loc'][0]))}: {reason}. docs/settings.md describes it.") from None
    _check_together(env)
    return env


def variable_of(field: str) -> str:
    """The environment variable that sets this field."""
    name = field.upper()
    return name if name in BARE else PREFIX + name.removeprefix(PREFIX)


def known_variables() -> list[str]:
    """Every variable that Farward reads, in the order of `Environment`."""
    return [variable_of(name) for name in Environment.model_fields]


def _refuse_unknown_names() -> None:
    """A misspelt setting would be silently ignored, and its default used in its place."""
    known = known_variables()
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists those there are."
            raise SettingError(f"{name}: there is no such setting. {hint}")


def _check_together(env: Environment) -> None:
    if env.turn_urls and not env.turn_secret:
        raise SettingError(
            "FARWARD_TURN_SECRET: missing, though FARWARD_TURN_URLS is set. "
            "Give it the `static-auth-secret` of your coturn, or unset FARWARD_TURN_URLS."
        )
    if env.force_relay and not env.turn_urls:
        raise SettingError(
            "FARWARD_FORCE_RELAY: only relayed paths are allowed, but FARWARD_TURN_URLS names no relay. "
            "Set it, or unset this."
        )


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host == "::1"


def _decode_key(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
