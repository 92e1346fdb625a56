"""A change of a model comes with its migration."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def test_no_model_has_changed_without_a_migration(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    assert "No changes" in said.getvalue()
