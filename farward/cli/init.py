"""`farward init`: everything a new school needs before its first start. Running it again changes nothing."""

from __future__ import annotations

import click

from farward.cli import house
from farward.cli.serve import open_house
from farward.environment import SettingError, read_environment


@click.command("init")
@click.option("--admin", "email", help="E-mail address of the first administrator; prints a link to set the password.")
def command(email: str | None) -> None:
    """Make the data directory, keys and databases, and the first administrator.

    Safe to run again: what is there stays as it is.
    """
    env = read_environment()
    if email:
        check_email(email)
    for line in house.prepare_data_dir(env):
        click.echo(f"Made {line}")
    with house.single_instance(env):
        open_house()
        if email:
            make_administrator(email)
    click.echo("Ready. Keep a copy of the key files somewhere else; without them the records stay shut.")
    if not email:
        click.echo("Make the first administrator with `farward init --admin EMAIL`.")


def check_email(email: str) -> None:
    """Refuse an address that nobody could sign in with. Raises SettingError."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError:
        raise SettingError(f"--admin {email}: is not an e-mail address.") from None


def make_administrator(email: str) -> None:
    """Make (or find) an administrator's account and print a link that sets its password once."""
    from farward.people.models import User
    from farward.people.passwords import password_link

    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_superuser(email, name=email.partition("@")[0])
        click.echo(f"Made administrator {user.email}")
    click.echo(f"Set the password here, once: {password_link(by=user, person=user)}")
