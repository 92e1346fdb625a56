"""`farward`: one command, its subcommands loaded only when they are called."""

from __future__ import annotations

import importlib
import sys

import click

import farward
from farward.environment import SettingError

#: Each subcommand, where it lives, and the line `farward --help` shows for it.
COMMANDS = {
    "demo": ("farward.cli.demo.command", "Make a demo school, start it here, and print a link for each person."),
    "init": ("farward.cli.init", "Make the data directory, its keys and databases, and the first administrator."),
    "serve": ("farward.cli.serve", "Start Farward for real use."),
    "check": ("farward.cli.check", "Say in plain lines whether the settings and this machine are ready."),
    "deidentify": ("farward.cli.deidentify", "Take the people out of an encounter's texts, for a person to review."),
    "journal": ("farward.cli.journal", "Verify, shred and re-key the records."),
    "rehearse": ("farward.cli.rehearse.command", "Play one whole encounter by itself and leave a report."),
}

#: What a shell takes for "you called me wrongly", as click itself uses it.
EXIT_SETTING = 2


class Farward(click.Group):
    """Finds a subcommand's module on demand: `farward --help` must not wait for Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]}.command is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in COMMANDS.items()])


@click.group(cls=Farward, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(farward.__version__, prog_name="farward")
def cli() -> None:
    """A teaching ward, however far."""


def main() -> None:
    """Run the command line. A wrong setting ends it with one line and exit code 2."""
    try:
        cli(prog_name="farward")
    except SettingError as error:
        click.echo(f"farward: {error}", err=True)
        sys.exit(EXIT_SETTING)
