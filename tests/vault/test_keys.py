"""Data keys: made once, rewrapped when the master key changes, and gone when thrown away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
import pytest_django
import uuid_utils.compat
from django.db import connections

from farward.environment import SettingError
from farward.vault.errors import KeyGone
from farward.vault.keys import check_master_keys, create_keys, data_key, destroy_keys, rotate_master
from farward.vault.models import Lane, WrappedKey
from farward.vault.sealing import open_sealed, seal
from tests.vault.support import NEW, OLD

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def owner(db: None, settings: pytest_django.Settings) -> UUID:
    """Somebody with keys, wrapped by the old master key."""
    settings.FARWARD_MASTER_KEYS = OLD
    made = uuid_utils.compat.uuid7()
    create_keys(made)
    return made


def test_an_owner_has_one_key_for_each_lane(owner: UUID) -> None:
    assert len({data_key(owner, lane).secret for lane in Lane}) == 3


def test_making_keys_again_changes_nothing(owner: UUID) -> None:
    before = data_key(owner, Lane.TEXT).secret
    create_keys(owner)
    assert data_key(owner, Lane.TEXT).secret == before
    assert WrappedKey.objects.filter(owner=owner).count() == 3


def test_a_key_never_shows_itself(owner: UUID) -> None:
    assert repr(data_key(owner, Lane.TEXT)) == "DataKey(…)"


def test_after_rotation_what_was_sealed_opens_with_the_new_master_alone(
    owner: UUID, settings: pytest_django.Settings
) -> None:
    sealed = seal(owner, Lane.TEXT, b"as before", b"here")
    settings.FARWARD_MASTER_KEYS = f"{NEW},{OLD}"
    assert rotate_master() == 3
    assert rotate_master() == 0
    settings.FARWARD_MASTER_KEYS = NEW
    check_master_keys()
    assert open_sealed(owner, Lane.TEXT, sealed, b"here") == b"as before"


def test_rotation_takes_more_keys_than_one_batch(owner: UUID, settings: pytest_django.Settings) -> None:
    for _owner in range(200):
        create_keys(uuid_utils.compat.uuid7())
    settings.FARWARD_MASTER_KEYS = f"{NEW},{OLD}"
    assert rotate_master() == 603


def test_the_start_is_refused_while_a_needed_master_is_missing(owner: UUID, settings: pytest_django.Settings) -> None:
    check_master_keys()
    settings.FARWARD_MASTER_KEYS = NEW
    with pytest.raises(SettingError, match="'old' is missing"):
        check_master_keys()


def test_a_key_thrown_away_is_gone_for_good(owner: UUID) -> None:
    sealed = seal(owner, Lane.TEXT, b"to be forgotten", b"here")
    assert destroy_keys(owner, [Lane.TEXT]) == 1
    with pytest.raises(KeyGone):
        open_sealed(owner, Lane.TEXT, sealed, b"here")
    assert seal(owner, Lane.MEDIA, b"stays", b"here")


def test_a_key_that_another_process_threw_away_is_gone_here_too(owner: UUID) -> None:
    data_key(owner, Lane.TEXT)
    WrappedKey.objects.filter(owner=owner).delete()
    with pytest.raises(KeyGone):
        data_key(owner, Lane.TEXT)


def test_a_key_made_anew_after_that_is_the_one_used(owner: UUID) -> None:
    before = data_key(owner, Lane.TEXT).secret
    WrappedKey.objects.filter(owner=owner).delete()
    create_keys(owner)
    assert data_key(owner, Lane.TEXT).secret != before


@pytest.fixture
def keys_file(transactional_db: None) -> Path:
    """The file of the keys' own database."""
    if connections["keys"].vendor != "sqlite":
        pytest.skip("looks into SQLite's file")
    return Path(connections["keys"].settings_dict["NAME"])


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_nothing_of_a_key_thrown_away_is_left_in_the_file_or_its_log(keys_file: Path, owner: UUID) -> None:
    wrapped = bytes(WrappedKey.objects.get(owner=owner, lane=Lane.TEXT).wrapped)
    files = [keys_file, keys_file.with_name(keys_file.name + "-wal")]
    assert any(wrapped in file.read_bytes() for file in files if file.exists())
    destroy_keys(owner)
    assert not any(wrapped in file.read_bytes() for file in files if file.exists())
    with closing(sqlite3.connect(keys_file)) as database:
        assert database.execute("SELECT count(*) FROM vault_wrappedkey").fetchone() == (0,)
