"""`farward demo`: a made-up school on this machine, served at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from farward.cli import house
from farward.cli.serve import PORT, environment_for, listening_socket, open_house, run_server
from farward.environment import SettingError

#: Written into a demo's directory, so that `--fresh` never removes anything else.
MARK = ".farward-demo"


@click.command("demo")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("farward-demo"),
    show_default=True,
    help="Directory for the demo's data.",
)
@click.option("--fresh", is_flag=True, help="Throw an earlier demo's data away first.")
def command(port: int, data_dir: Path, fresh: bool) -> None:
    """Make a demo school, start it on this machine, and print a link for each person.

    Everyone in it is made up. Open each link in a browser, profile or private window of its own.
    """
    _prepare(data_dir, fresh=fresh)
    with listening_socket("127.0.0.1", port) as listener:
        env = environment_for(listener)
        house.prepare_data_dir(env)
        with house.single_instance(env):
            click.echo("Opening the demo school …", err=True)
            open_house()
            _print_links(env.url)
            run_server(listener, env)


def _prepare(data_dir: Path, *, fresh: bool) -> None:
    """Point the settings at the demo's own data, whatever the environment says about the real one."""
    if data_dir.exists() and any(data_dir.iterdir()) and not (data_dir / MARK).exists():
        raise SettingError(f"--data {data_dir}: holds something other than a demo. Name another directory.")
    if fresh and data_dir.exists():
        shutil.rmtree(data_dir)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data_dir / MARK).touch()
    except OSError as error:
        raise SettingError(f"--data {data_dir}: cannot be made or written ({error.strerror}).") from None
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    for name in [name for name in os.environ if name.startswith("FARWARD_")]:
        if name not in KEPT:
            del os.environ[name]
    os.environ["FARWARD_DATA_DIR"] = str(data_dir.resolve())
    # Nobody here has a password to open a lock with.
    os.environ["FARWARD_IDLE_MINUTES"] = "1440"
    os.environ.setdefault("FARWARD_LOG_LEVEL", "WARNING")


#: Settings that a demo takes over from the environment; its keys, data and address are its own.
KEPT = (
    "FARWARD_LOG_LEVEL",
    "FARWARD_LOG_FORMAT",
    "FARWARD_ICE_URLS",
    "FARWARD_TURN_URLS",
    "FARWARD_TURN_SECRET",
    "FARWARD_FORCE_RELAY",
)


def _print_links(origin: str) -> None:
    from django.conf import settings

    # Nothing but this line opens the sign-in links: see farward.cli.demo.sign_in.
    settings.ROOT_URLCONF = "farward.cli.demo.urls"
    from farward.cli.demo.links import seat_lines, sign_in_lines, table
    from farward.cli.demo.school import make_school

    school = make_school()
    for encounter in school.ready:
        click.secho(f"\n{encounter.get_kind_display()} · ready now", bold=True)
        for line in table(seat_lines(encounter, school, origin)):
            click.echo(line)
    click.secho("\nSign in as (each link works once)", bold=True)
    for line in table(sign_in_lines(school, origin)):
        click.echo(line)
    click.echo(f"\nOpen each link in a browser or private window of its own. Serving {origin}; Ctrl-C stops it.")
