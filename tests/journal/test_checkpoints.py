"""Checkpoints: signed when something moved, chained, complete, and out of the way when they fail."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import pytest_django
import uuid_utils.compat
from django.db import transaction
from django.utils import timezone

from farward.environment import SettingError
from farward.journal import checkpoints
from farward.journal.actions import append, close_journal, open_journal
from farward.journal.checkpoints import (
    Checkpoint,
    checkpoint_files,
    current_heads,
    read_checkpoints,
    root_of,
    sign_checkpoint,
    tick,
)
from farward.journal.verification import verify
from farward.vault.signing import create_signing_key
from tests.journal.support import AMINA, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")


def write(journal_id: UUID, text: str = "hello") -> None:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft(text)])


def sign() -> Checkpoint:
    signed = sign_checkpoint()
    assert signed is not None
    return signed


def forget_what_was_read() -> None:
    """As a process does that has just started."""
    checkpoints._states.clear()


def test_a_checkpoint_lists_what_moved_and_proves_all(journal_id: UUID) -> None:
    other = uuid_utils.compat.uuid7()
    open_journal(journal_id=other)
    write(journal_id)
    first = sign()
    write(other)
    second = sign()
    assert set(first.body.heads) == {journal_id, other}
    assert set(second.body.heads) == {other}
    assert second.body.journals == 2
    assert second.body.root == root_of(current_heads())
    assert second.body.prev == first.digest


def test_where_nothing_moved_nothing_is_signed(journal_id: UUID) -> None:
    sign()
    assert sign_checkpoint() is None


def test_a_new_process_goes_on_where_the_last_one_stopped(journal_id: UUID) -> None:
    sign()
    forget_what_was_read()
    assert sign_checkpoint() is None
    write(journal_id)
    forget_what_was_read()
    assert sign().body.n == 2
    assert verify().ok


def test_two_processes_take_turns(journal_id: UUID) -> None:
    sign()
    ours = checkpoints._states.copy()
    write(journal_id)
    forget_what_was_read()
    theirs = sign()
    checkpoints._states.clear()
    checkpoints._states.update(ours)
    write(journal_id)
    assert sign().body.prev == theirs.digest


def test_the_first_checkpoint_of_a_month_lists_every_head(journal_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    other = uuid_utils.compat.uuid7()
    open_journal(journal_id=other)
    sign()
    write(journal_id)
    later = timezone.now() + timedelta(days=32)
    monkeypatch.setattr(timezone, "now", lambda: later)
    signed = sign()
    assert signed.body.full
    assert set(signed.body.heads) == {journal_id, other}
    assert signed.path.parent.name == f"{later:%Y-%m}"
    forget_what_was_read()
    assert sign_checkpoint() is None
    assert verify().ok


def test_the_tick_signs_every_five_minutes_of_activity(journal_id: UUID) -> None:
    now = timezone.now()
    assert tick(now) is not None
    write(journal_id)
    assert tick(now + timedelta(minutes=4)) is None
    assert tick(now + timedelta(minutes=5)) is not None
    assert tick(now + timedelta(minutes=30)) is None


def test_a_tick_that_fails_is_logged_and_the_next_one_signs(
    journal_id: UUID, settings: pytest_django.Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder: Path = settings.FARWARD_CHECKPOINT_DIR
    folder.touch()
    assert tick() is None
    assert "no checkpoint could be signed" in caplog.text
    folder.unlink()
    assert tick() is not None


def test_the_end_of_an_encounter_is_signed(
    journal_id: UUID, django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks
) -> None:
    write(journal_id)
    with django_capture_on_commit_callbacks(execute=True):
        close_journal(journal_id=journal_id)
    (signed,) = read_checkpoints()
    assert signed.believed
    assert signed.body.heads[journal_id].seq == 1


def test_an_encounter_ends_also_when_the_second_place_cannot_be_written(
    journal_id: UUID,
    settings: pytest_django.Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.FARWARD_CHECKPOINT_DIR = tmp_path / "not a folder"
    settings.FARWARD_CHECKPOINT_DIR.touch()
    with django_capture_on_commit_callbacks(execute=True):
        close_journal(journal_id=journal_id)
    assert "no checkpoint could be signed" in caplog.text


def test_a_write_that_was_cut_short_leaves_no_checkpoint(
    journal_id: UUID, monkeypatch: pytest.MonkeyPatch, settings: pytest_django.Settings
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    create_signing_key(Path(settings.FARWARD_SIGNING_KEY_FILE))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            sign_checkpoint()
    assert checkpoint_files() == []
    assert sign().body.n == 1
    assert verify().ok


def test_a_signing_key_that_is_lost_is_not_silently_replaced(
    journal_id: UUID, settings: pytest_django.Settings
) -> None:
    sign()
    Path(settings.FARWARD_SIGNING_KEY_FILE).unlink()
    write(journal_id)
    with pytest.raises(SettingError, match="FARWARD_SIGNING_KEY_FILE"):
        sign_checkpoint()


def test_checkpoints_that_vanished_while_we_ran_leave_a_gap_that_is_found(journal_id: UUID) -> None:
    sign()
    for path in checkpoint_files():
        path.unlink()
    write(journal_id)
    sign()
    assert not verify().ok


def test_after_an_end_that_was_never_signed_verify_says_that_the_proof_is_gone(journal_id: UUID) -> None:
    assert verify().ok
    assert "Nothing was signed yet" in verify().notes[0]
    close_journal(journal_id=journal_id)
    (finding,) = verify().findings
    assert "there is none" in finding.what


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_what_may_yet_be_rolled_back_is_never_signed(transactional_db: None) -> None:
    with transaction.atomic():
        open_journal(journal_id=uuid_utils.compat.uuid7())
        with pytest.raises(RuntimeError, match="durable"):
            sign_checkpoint()
