"""The privacy officer's page: it says nothing is wrong only when nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from farward.journal.checkpoints import checkpoint_files, sign_checkpoint
from farward.journal.models import Entry
from farward.people.models import User
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _own_checkpoints(settings: LazySettings, tmp_path: Path) -> None:
    settings.FARWARD_CHECKPOINT_DIR = tmp_path / "checkpoints"
    settings.FARWARD_SIGNING_KEY_FILE = tmp_path / "signing.pem"


@pytest.fixture
def officer(client: Client, privacy_officer: User) -> Client:
    client.force_login(privacy_officer)
    return client


def test_an_untouched_record_is_confirmed(officer: Client, booked: Booker) -> None:
    booked()
    sign_checkpoint()
    page = officer.post("/integrity/").content.decode()
    assert "Nothing was changed." in page
    assert "1 signed checkpoints" in page


def test_looking_alone_verifies_nothing(officer: Client, booked: Booker) -> None:
    booked()
    page = officer.get("/integrity/").content.decode()
    assert "Nothing was changed." not in page
    assert "None yet" in page


def test_a_removed_entry_is_named(officer: Client, booked: Booker) -> None:
    encounter = booked()
    sign_checkpoint()
    Entry.objects.filter(journal=encounter.pk, seq=2).delete()
    page = officer.post("/integrity/").content.decode()
    assert "Nothing was changed." not in page
    assert str(encounter.pk) in page


def test_a_damaged_checkpoint_is_said_at_once(officer: Client, booked: Booker) -> None:
    booked()
    sign_checkpoint()
    checkpoint_files()[-1].write_text("not a checkpoint")
    assert "Cannot be read" in officer.get("/integrity/").content.decode()
