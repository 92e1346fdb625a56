"""A process that writes until it is killed: `python -m tests.journal.writer JOURNAL`.

It prints the id of each entry the journal has acknowledged. Run with `--make` it makes the databases and the journal
first, with `--verify` it prints what verification found and every id that is there.
"""

from __future__ import annotations

import os
import sys
from uuid import UUID


def main() -> None:
    """Start Django with the two apps that a journal needs, and do as told."""
    import django
    from django.conf import settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "farward.settings"
    settings.INSTALLED_APPS = ["farward.vault", "farward.journal"]
    django.setup()
    journal_id, *mode = sys.argv[1:]
    {"--make": make, "--verify": verify}.get("".join(mode), write)(UUID(journal_id))


def make(journal_id: UUID) -> None:
    from django.core.management import call_command

    from farward.journal.actions import open_journal

    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    open_journal(journal_id=journal_id)


def write(journal_id: UUID) -> None:
    from farward.journal.actions import append
    from tests.journal.support import AMINA, make_draft

    while True:
        result = append(journal_id=journal_id, author=AMINA, drafts=[make_draft("hello") for _ in range(5)])
        print(*[one.id for one in result.accepted], flush=True)  # noqa: T201 - the test reads it


def verify(journal_id: UUID) -> None:
    from farward.journal.queries import read_entries
    from farward.journal.verification import verify

    for finding in verify(journal_id).findings:
        sys.exit(str(finding))
    print(*[entry.id for entry in read_entries(journal_id=journal_id)])  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
