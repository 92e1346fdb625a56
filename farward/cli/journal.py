"""`farward journal`: verify the records, sign where they stand, erase one, change the master key."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from farward.cli import house

if TYPE_CHECKING:
    from farward.journal.verification import Report


@click.group("journal")
def command() -> None:
    """Verify, shred and re-key the records."""
    house.start_django()


@command.command()
@click.option("--encounter", type=click.UUID, help="Only this encounter's journal.")
@click.option("--without-keys", is_flag=True, help="Do not open payloads: chain and signatures need no key.")
def verify(encounter: UUID | None, without_keys: bool) -> None:
    """Check every entry against the chain and the signed checkpoints; exits 1 and names what was tampered with."""
    from farward.privacy.verification import verify_records

    report = verify_records(encounter, open_payloads=not without_keys)
    for note in report.notes:
        click.echo(f"note: {note}")
    for finding in report.findings:
        click.echo(f"TAMPERED {finding}")
    click.echo(_summary(report))
    sys.exit(0 if report.ok else 1)


@command.command()
def checkpoint() -> None:
    """Sign where every journal stands, now."""
    from farward.journal.checkpoints import DamagedCheckpoint, sign_checkpoint

    try:
        signed = sign_checkpoint()
    except (DamagedCheckpoint, OSError) as error:
        raise click.ClickException(f"{error}. Nothing was signed.") from None
    click.echo(f"Signed {signed.path}" if signed else "Nothing was written since the last checkpoint.")


@command.command()
@click.argument("encounter", type=click.UUID)
@click.option("--by", "email", required=True, help="E-mail address of the account that answers for it.")
@click.option("--reason", required=True, help="Why. Stays readable, so it must not repeat what is erased.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def shred(encounter: UUID, email: str, reason: str, yes: bool) -> None:
    """Erase the content of one ENCOUNTER for good. The chain stays, and says who did it and why."""
    from farward.encounters.models import OPEN, Encounter
    from farward.journal.actions import shred_journal
    from farward.journal.errors import JournalUnavailable, NoJournal
    from farward.people.models import User

    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise click.ClickException(f"There is no active account {email}.")
    if Encounter.objects.filter(pk=encounter, status__in=OPEN).exists():
        raise click.ClickException(f"Encounter {encounter} is not over. Close or cancel it first.")
    if not yes:
        click.confirm(f"Erase everything written, said and captured in {encounter}, for good?", abort=True)
    try:
        shred_journal(journal_id=encounter, by=f"user:{user.pk}", reason=reason)
    except NoJournal:
        raise click.ClickException(f"There is no encounter {encounter}.") from None
    except JournalUnavailable as error:
        raise click.ClickException(f"The database would not take it: {error}. Run this again.") from None
    click.echo("Erased. Backups of the keys made before now still hold them until they are deleted.")


@command.command("rotate-keys")
def rotate_keys() -> None:
    """Wrap every key with the newest master key, so that older ones may be removed."""
    from farward.vault.keys import rotate_master
    from farward.vault.masters import newest_master

    click.echo(f"{rotate_master()} keys are now wrapped with master key “{newest_master().name}”.")


@command.command("forget-accesses")
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC) that is kept.")
@click.option("--by", "email", required=True, help="E-mail address of the account that answers for it.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def forget_accesses(before: datetime, email: str, yes: bool) -> None:
    """Forget access records that are older than six years and than a day. The chains stay."""
    from farward.people.models import User
    from farward.privacy.retention import TooYoung, forget_accesses

    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise click.ClickException(f"There is no active account {email}.")
    if not yes:
        click.confirm(f"Forget who looked at what before {before:%Y-%m-%d}, for good?", abort=True)
    try:
        forgotten = forget_accesses(before=before.replace(tzinfo=UTC), by=f"user:{user.pk}")
    except TooYoung as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{forgotten} lines were forgotten.")


def _summary(report: Report) -> str:
    signed = f"last signed {report.last_checkpoint:%Y-%m-%d %H:%M} UTC" if report.last_checkpoint else "never signed"
    verdict = "all as written" if report.ok else f"{len(report.findings)} wrong"
    return (
        f"{report.journals} journals, {report.entries} entries, {report.checkpoints} checkpoints ({signed}), "
        f"{report.accesses} access records: {verdict}."
    )
