"""`farward journal`: signing, erasing and re-keying from the command line. (`verify` has test_tampering.)"""

from __future__ import annotations

import base64
from uuid import UUID

import pytest
import pytest_django
import uuid_utils.compat
from click.testing import CliRunner, Result

from farward.cli.journal import command
from farward.journal.actions import append
from farward.journal.queries import read_entries
from farward.journal.verification import verify
from farward.people.models import User
from farward.vault.models import WrappedKey
from tests.fixtures.cast import Booker
from tests.journal.support import AMINA, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")

SHRED = ["--by", "kofi@school.example", "--reason", "the patient asked"]


@pytest.fixture
def talk(journal_id: UUID) -> UUID:
    append(journal_id=journal_id, author=AMINA, drafts=[make_draft("hello")])
    return journal_id


@pytest.fixture
def kofi(db: None) -> User:
    return User.objects.create_user("kofi@school.example", name="Kofi")


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(command, list(arguments), input=answer)


def test_a_checkpoint_is_signed_once(talk: UUID) -> None:
    assert run("checkpoint").output.endswith("00000001.json\n")
    assert run("checkpoint").output == "Nothing was written since the last checkpoint.\n"
    assert verify().checkpoints == 1


def test_a_place_that_cannot_be_written_is_said_in_one_line(talk: UUID, settings: pytest_django.Settings) -> None:
    settings.FARWARD_CHECKPOINT_DIR.touch()
    done = run("checkpoint")
    assert done.exit_code == 1
    assert done.output.splitlines()[-1].endswith("Nothing was signed.")


def test_an_encounter_that_is_not_over_is_not_erased(booked: Booker, osei: User) -> None:
    encounter = booked(by=osei)
    done = run("shred", str(encounter.pk), "--by", osei.email, "--reason", "asked", "--yes")
    assert done.exit_code == 1
    assert "is not over" in done.output
    assert WrappedKey.objects.filter(owner=encounter.pk).exists()


def test_an_encounter_is_erased_after_a_yes(talk: UUID, kofi: User) -> None:
    done = run("shred", str(talk), *SHRED, answer="y\n")
    assert done.exit_code == 0, done.output
    entries = read_entries(journal_id=talk)
    assert bytes(entries[0].payload) == b"null"
    assert entries[1].author == f"user:{kofi.pk}"


def test_without_a_yes_nothing_is_erased(talk: UUID, kofi: User) -> None:
    assert run("shred", str(talk), *SHRED, answer="n\n").exit_code == 1
    assert bytes(read_entries(journal_id=talk)[0].payload) == b'{"text":"hello"}'


def test_nobody_without_an_account_can_answer_for_an_erasure(talk: UUID) -> None:
    done = run("shred", str(talk), *SHRED, "--yes")
    assert done.exit_code == 1
    assert "no active account" in done.output


def test_an_encounter_that_is_not_there_is_said_in_one_line(kofi: User) -> None:
    done = run("shred", str(uuid_utils.compat.uuid7()), *SHRED, "--yes")
    assert done.exit_code == 1
    assert "There is no encounter" in done.output


def test_keys_are_wrapped_anew_and_the_old_master_may_go(talk: UUID, settings: pytest_django.Settings) -> None:
    new = "new:" + base64.b64encode(b"n" * 32).decode()
    settings.FARWARD_MASTER_KEYS = f"{new},{settings.FARWARD_MASTER_KEYS}"
    assert run("rotate-keys").output == "3 keys are now wrapped with master key “new”.\n"
    settings.FARWARD_MASTER_KEYS = new
    assert bytes(read_entries(journal_id=talk)[0].payload) == b'{"text":"hello"}'
    assert set(WrappedKey.objects.values_list("master", flat=True)) == {"new"}


def test_verify_without_master_keys_says_what_it_could_not_look_at(
    talk: UUID, settings: pytest_django.Settings
) -> None:
    settings.FARWARD_MASTER_KEYS = ""
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert "Payloads were not opened" in done.output
