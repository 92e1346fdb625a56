"""The one place where the environment enters: names, shapes, defaults and what to do about a bad value.

Every setting is read here once, at the start. A value that cannot be used raises `SettingError`, whose
text is one line that names the variable and says how to mend it; the command line prints it and stops.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Words = Annotated[list[str], NoDecode]


class SettingError(RuntimeError):
    """A setting is wrong or missing. The message is one line for the person who starts Farward."""


class Environment(BaseSettings):
    """Farward's settings as the environment gives them. `.env.example` documents each of them."""

    model_config = SettingsConfigDict(env_prefix="FARWARD_", extra="ignore", env_ignore_empty=True)

    debug: bool = False
    data_dir: Path = Path("farward-data")
    url: str = "http://127.0.0.1:8000"
    hosts: Words = []
    secret_key: str = ""
    master_keys: str = ""
    master_key_file: Path | None = None
    signing_key_file: Path | None = None
    checkpoint_dir: Path | None = None
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    keys_database_url: str = ""
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    media: Literal["mesh"] = "mesh"
    ice_urls: Words = []
    turn_urls: Words = []
    turn_secret: str = ""
    turn_ttl: int = Field(default=6 * 3600, ge=300, le=24 * 3600)
    force_relay: bool = False
    email_url: str = "console:"
    email_from: str = "Farward <farward@localhost>"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    trust_proxy: bool = False

    @field_validator("hosts", "ice_urls", "turn_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be an address without a path, such as https://farward.school.example")
        return value.rstrip("/")

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names Farward answers to: those set, and always its own address and this machine."""
        own = urlsplit(self.url).hostname or "localhost"
        return sorted({*self.hosts, own, "127.0.0.1", "localhost", "[::1]"})

    def read_secret_key(self) -> str:
        """Django's secret key: from the environment, else from `secret.key` in the data directory.

        Raises:
            SettingError: neither is there.
        """
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "keys" / "secret.key"
        try:
            return path.read_text("utf-8").strip()
        except FileNotFoundError:
            raise SettingError(
                f"FARWARD_SECRET_KEY: not set, and there is no {path}. Run `farward init`, or set it to 50 random characters."
            ) from None

    @cached_property
    def secure(self) -> bool:
        """Whether people reach Farward over TLS, which decides cookie and transport flags."""
        return self.url.startswith("https://")


def read_environment() -> Environment:
    """Read and check every setting.

    Raises:
        SettingError: one line that names the first wrong variable and says how to mend it.
    """
    try:
        return Environment()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        variable = name if name in {"DATABASE_URL", "REDIS_URL"} else f"FARWARD_{name.removeprefix('FARWARD_')}"
        raise SettingError(f"{variable}: {first['msg']}. Mend it in the environment; .env.example shows each setting.") from None
