"""What every start has in common: the data directory, its keys, Django, the databases, the static files."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import farward
from farward.environment import Environment, SettingError
from farward.files import write_secret
from farward.vault.signing import create_signing_key

#: How many copies of the main database, taken before migrations, are kept.
BACKUPS_KEPT = 5


def prepare_data_dir(env: Environment) -> list[str]:
    """Make the data directory and the keys it lacks, readable by its owner only.

    A key is made only where nothing was sealed with another one: never beside an existing database.

    Returns:
        One line for each thing made.
    """
    made: list[str] = []
    _keep_from_others()
    try:
        if not env.data_dir.exists():
            env.data_dir.mkdir(mode=0o700, parents=True)
            made.append(f"data directory {env.data_dir}")
        env.keys_dir.mkdir(mode=0o700, exist_ok=True)
        fresh = not (env.data_dir / "keys.sqlite3").exists()
        for path, make, wanted in (
            (env.keys_dir / "secret.key", _make_secret_key, not env.secret_key),
            (env.master_key_file or env.keys_dir / "master.keys", _make_master_key, not env.master_keys and fresh),
            (env.signing_key_file or env.keys_dir / "signing.pem", create_signing_key, fresh),
        ):
            if wanted and not path.exists():
                make(path)
                made.append(f"key file {path}")
    except OSError as error:
        raise SettingError(
            f"FARWARD_DATA_DIR: {error.filename or env.data_dir} cannot be made or written ({error.strerror}). "
            "Name a directory that this user may write."
        ) from None
    return made


def _keep_from_others() -> None:
    """Make new files readable by their owner only: databases and sealed captures too, whoever made the directory."""
    os.umask(0o077)


def _make_secret_key(path: Path) -> None:
    write_secret(path, secrets.token_urlsafe(48).encode() + b"\n")


def _make_master_key(path: Path) -> None:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    write_secret(path, f"{datetime.now(UTC):%Y-%m}:{key}\n".encode())


def start_django() -> None:
    """Set Django up. Only after this may the parts of Farward that hold models be imported."""
    import django

    _keep_from_others()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farward.settings")
    django.setup()


@contextlib.contextmanager
def single_instance(env: Environment) -> Iterator[None]:
    """Hold the data directory: without Redis, two processes on it would not hear each other.

    The lock belongs to the process, so that it is gone with it, also after SIGKILL.

    Raises:
        SettingError: another process holds it.
    """
    if env.redis_url:
        yield
        return
    with (env.data_dir / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingError(
                f"FARWARD_DATA_DIR: Farward already runs on {env.data_dir}. "
                "Stop it first, or set REDIS_URL so that several processes can work together."
            ) from None
        yield


def migrate_databases() -> list[str]:
    """Bring both databases up to date, after a copy of each SQLite file that will change.

    Returns:
        One line for each database that was changed.
    """
    from django.core.management import call_command
    from django.db import connections

    done: list[str] = []
    for alias in connections:
        pending = pending_migrations(alias)
        if pending:
            copy = _copy_sqlite(connections[alias].settings_dict)
            call_command("migrate", database=alias, verbosity=0, interactive=False)
            # Wrapped keys have short backups: a key thrown away must not live on in an old copy.
            if copy and alias == "keys":
                copy.unlink()
            done.append(f"database “{alias}”: {pending} migrations applied")
    call_command("createcachetable", verbosity=0)
    return done


def pending_migrations(alias: str) -> int:
    """How many migrations this database lacks. Raises SettingError where it cannot be opened."""
    from django.db import DatabaseError, connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[alias]
    try:
        if connection.vendor == "postgresql":
            _knock(connection.settings_dict)
        executor = MigrationExecutor(connection)
    except (DatabaseError, OSError) as error:
        variable = "FARWARD_KEYS_DATABASE_URL" if alias == "keys" else "DATABASE_URL"
        raise SettingError(f"{variable}: the database cannot be opened ({_first_line(error)}).") from None
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _knock(database: dict[str, Any]) -> None:
    """Connect to PostgreSQL once without the pool, which would try for half a minute before it says why not."""
    import psycopg
    from django.db import OperationalError

    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    try:
        psycopg.connect(
            **{key: database[name] for key, name in names.items() if database[name]}, connect_timeout=5
        ).close()
    except psycopg.Error as error:
        raise OperationalError(*error.args) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _copy_sqlite(database: dict[str, Any]) -> Path | None:
    """Copy a SQLite database that holds anything to `backups/`, consistently even while it is in use."""
    source = Path(str(database["NAME"]))
    if database["ENGINE"] != "django.db.backends.sqlite3" or not source.exists():
        return None
    with contextlib.closing(sqlite3.connect(source)) as live:
        if live.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            return None
        folder = source.parent / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"{source.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3"
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with contextlib.closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    for old in sorted(folder.glob(f"{source.stem}-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target


def collect_static_files() -> bool:
    """Gather, hash and compress the static files, if they are not those of this version already.

    Returns:
        Whether there was anything to do.
    """
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = root / ".stamp"
    wanted = _static_stamp()
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted, "utf-8")
    return True


def _static_stamp() -> str:
    """Changes with the version and with any static file, as it does in a checkout."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(farward.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            modified = storage.get_modified_time(path).timestamp()
            digest.update(f"{path} {modified} {storage.size(path)}\n".encode())
    return digest.hexdigest()
