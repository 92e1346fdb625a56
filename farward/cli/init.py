"""`farward init`: everything a new school needs before its first start. Running it again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from farward.cli import house
from farward.cli.serve import open_house
from farward.environment import read_environment

if TYPE_CHECKING:
    from farward.people.models import User


@click.command("init")
@click.option("--admin", "email", help="E-mail address of the first administrator; prints a link to set the password.")
def command(email: str | None) -> None:
    """Make the data directory, keys and databases, and the first administrator.

    Safe to run again: what is there stays as it is.
    """
    env = read_environment()
    for line in house.prepare_data_dir(env):
        click.echo(f"Made {line}")
    with house.single_instance(env):
        open_house()
        if email:
            make_administrator(email, env.url)
    click.echo("Ready. Keep a copy of the key files somewhere else; without them the records stay shut.")
    if not email:
        click.echo("Make the first administrator with `farward init --admin EMAIL`.")


def make_administrator(email: str, origin: str) -> None:
    """Make (or find) an administrator's account and print a link that sets its password once."""
    from farward.people.models import User

    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_superuser(email, name=email.partition("@")[0])
        click.echo(f"Made administrator {user.email}")
    click.echo(f"Set the password here, once: {password_link(user, origin)}")


def password_link(user: User, origin: str) -> str:
    """A link that sets this account's password, and is dead once it is set."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.urls import reverse

    key = default_token_generator.make_token(user)
    return origin + reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
