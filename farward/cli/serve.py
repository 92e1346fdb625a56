"""`farward serve`: the safe steps of `init`, the checks that must hold, then one process until it is told to stop."""

from __future__ import annotations

import os
import socket

import click

from farward.cli import house
from farward.environment import Environment, SettingError, read_environment

#: Seconds that open sockets get to close; without a limit uvicorn waits for the last of them for ever.
GRACE_SECONDS = 3
PORT = click.IntRange(0, 65535)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on; 0 takes a free one.")
def command(host: str, port: int) -> None:
    """Start Farward for real use: bring the databases up to date, check the settings, serve in one process."""
    with listening_socket(host, port) as listener:
        env = environment_for(listener)
        for line in house.prepare_data_dir(env):
            click.echo(f"Made {line}", err=True)
        with house.single_instance(env):
            open_house()
            click.echo(f"Farward is ready: {env.url}", err=True)
            run_server(listener, env)


def listening_socket(host: str, port: int) -> socket.socket:
    """Bind before anything else, so that a taken port is said at once and a free one is known in time."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise SettingError(
            f"--host {host} --port {port}: cannot listen there ({error.strerror}). "
            "Choose another port, or 0 for a free one."
        ) from None
    return listener


def environment_for(listener: socket.socket) -> Environment:
    """The settings, where an address that was not set is the one we listen on."""
    port = listener.getsockname()[1]
    if not os.environ.get("FARWARD_URL"):
        os.environ["FARWARD_URL"] = f"http://127.0.0.1:{port}"
    return read_environment()


def open_house() -> None:
    """Start Django, bring databases and static files up to date, and check that the records can be opened.

    Raises:
        SettingError: a master key is missing, or a database cannot be opened.
    """
    house.start_django()
    from farward.vault.keys import check_master_keys

    for line in house.migrate_databases():
        click.echo(f"Brought up to date: {line}", err=True)
    check_master_keys()
    if house.collect_static_files():
        click.echo("Gathered the static files", err=True)


def run_server(listener: socket.socket, env: Environment) -> None:
    """Serve until SIGTERM or SIGINT."""
    import uvicorn

    from farward.encounters.live.frames import MAX_FRAME_BYTES

    server = uvicorn.Server(
        uvicorn.Config(
            "farward.asgi:application",
            lifespan="on",
            log_config=None,
            # Our own access log names routes, not addresses.
            access_log=False,
            proxy_headers=env.trust_proxy,
            server_header=False,
            ws_per_message_deflate=True,
            # Uvicorn's own limits let one client fill half a gigabyte with messages that are all too large.
            ws_max_size=2 * MAX_FRAME_BYTES,
            ws_max_queue=8,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    server.run(sockets=[listener])
