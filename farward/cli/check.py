"""`farward check`: whether the settings and this machine are ready, in plain lines, before anybody waits for them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from farward.cli import house
from farward.environment import Environment, SettingError, read_environment


@click.command("check")
def command() -> None:
    """Say in plain lines what is ready and what is not; exits 1 if something must be mended first."""
    env = read_environment()
    click.echo(f"ok    settings: people reach Farward at {env.url}")
    if not env.data_dir.exists():
        raise SettingError(f"FARWARD_DATA_DIR: there is no {env.data_dir} yet. Run `farward init`.")
    house.start_django()
    failed = False
    for name, look in CHECKS.items():
        try:
            line = look(env)
        except SettingError as error:
            failed = True
            click.echo(f"MEND  {name}: {error}")
        else:
            click.echo(f"{'ok   ' if not line.startswith('none') else 'note '} {name}: {line}")
    sys.exit(1 if failed else 0)


def _databases(env: Environment) -> str:
    from django.db import connections

    states = []
    for alias in connections:
        pending = house.pending_migrations(alias)
        state = f"{pending} migrations will be applied at the next start" if pending else "up to date"
        states.append(f"{alias} on {connections[alias].display_name}, {state}")
    return "; ".join(states)


def _keys(env: Environment) -> str:
    from farward.vault.keys import check_master_keys
    from farward.vault.signing import keyring

    check_master_keys()
    return "the master keys open every record; checkpoints are signed" + ("" if keyring().signer else " elsewhere")


def _checkpoints(env: Environment) -> str:
    from django.conf import settings

    folder: Path = settings.FARWARD_CHECKPOINT_DIR
    if folder.is_relative_to(env.data_dir.resolve()):
        return f"none outside the data directory; set FARWARD_CHECKPOINT_DIR to another disk (now {folder})"
    return f"kept in {folder}"


def _redis(env: Environment) -> str:
    if not env.redis_url:
        return "none; one process serves everyone, which is the default"
    import redis

    try:
        redis.Redis.from_url(env.redis_url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        raise SettingError(f"REDIS_URL: Redis does not answer ({error}).") from None
    return "answers"


def _relay(env: Environment) -> str:
    if not env.turn_urls:
        return "none; people behind strict networks will not hear each other: set FARWARD_TURN_URLS"
    return ", ".join(env.turn_urls) + (", and nothing but relayed paths" if env.force_relay else "")


def _mail(env: Environment) -> str:
    if env.email_url.startswith("console"):
        return "none; invitations are printed, not sent: set FARWARD_EMAIL_URL"
    return f"sent as {env.email_from}"


CHECKS: dict[str, Callable[[Environment], str]] = {
    "databases": _databases,
    "keys": _keys,
    "checkpoints": _checkpoints,
    "redis": _redis,
    "relay": _relay,
    "mail": _mail,
}
