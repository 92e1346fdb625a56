"""Master keys: from the environment or a private file, and a clear line where one cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_django
import uuid_utils.compat

from farward.environment import SettingError
from farward.vault.errors import SealBroken, UnknownMaster
from farward.vault.masters import forget_masters, master_named, masters, newest_master
from tests.vault.support import NEW, OLD


@pytest.fixture
def key_file(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    """The key file in use; nothing is in the environment."""
    path = tmp_path / "master.keys"
    settings.FARWARD_MASTER_KEYS = ""
    settings.FARWARD_MASTER_KEY_FILE = path
    return path


def write(path: Path, *lines: str, mode: int = 0o600) -> None:
    path.write_text("\n".join(lines) + "\n")
    path.chmod(mode)
    forget_masters()


def test_the_first_key_of_the_environment_is_the_newest(settings: pytest_django.Settings) -> None:
    settings.FARWARD_MASTER_KEYS = f"{NEW},{OLD}"
    assert [master.name for master in masters()] == ["new", "old"]
    assert newest_master().name == "new"


def test_a_file_holds_one_key_a_line_and_may_hold_comments(key_file: Path) -> None:
    write(key_file, "# since November", NEW, "", OLD)
    assert [master.name for master in masters()] == ["new", "old"]


def test_a_key_added_to_the_file_is_found_without_a_restart(key_file: Path) -> None:
    write(key_file, OLD)
    assert newest_master().name == "old"
    key_file.write_text(f"{NEW}\n{OLD}\n")
    assert master_named("new").name == "new"


def test_a_master_that_is_not_there_is_named(settings: pytest_django.Settings) -> None:
    settings.FARWARD_MASTER_KEYS = NEW
    with pytest.raises(UnknownMaster, match="'old'"):
        master_named("old")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(key_file: Path, mode: int) -> None:
    write(key_file, NEW, mode=mode)
    with pytest.raises(SettingError, match="chmod 600"):
        masters()


def test_no_key_at_all_says_how_to_make_one(key_file: Path) -> None:
    with pytest.raises(SettingError, match="farward init"):
        masters()


def test_a_file_without_a_key_is_refused(key_file: Path) -> None:
    write(key_file, "# nothing yet")
    with pytest.raises(SettingError, match="holds no key"):
        masters()


def test_a_folder_in_place_of_the_file_is_refused(key_file: Path) -> None:
    key_file.mkdir()
    forget_masters()
    with pytest.raises(SettingError, match="cannot be read"):
        masters()


GOOD = "A" * 43 + "="


@pytest.mark.parametrize("line", ["new", "new:", f":{GOOD}", "new:c2hvcnQ=", "new:!!!!", f"a name:{GOOD}", f"é:{GOOD}"])
def test_what_is_no_key_is_refused_without_showing_it(settings: pytest_django.Settings, line: str) -> None:
    settings.FARWARD_MASTER_KEYS = line
    with pytest.raises(SettingError, match="FARWARD_MASTER_KEYS") as refusal:
        masters()
    assert "AAAA" not in str(refusal.value)


def test_two_keys_of_one_name_are_refused(settings: pytest_django.Settings) -> None:
    settings.FARWARD_MASTER_KEYS = f"{NEW},{NEW}"
    with pytest.raises(SettingError, match="share a name"):
        masters()


def test_a_wrapped_key_opens_only_in_its_own_place(settings: pytest_django.Settings) -> None:
    settings.FARWARD_MASTER_KEYS = NEW
    owner, other = uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7()
    wrapped = newest_master().wrap(b"k" * 32, owner=owner, lane="text")
    assert newest_master().unwrap(wrapped, owner=owner, lane="text") == b"k" * 32
    for wrong in ({"owner": other, "lane": "text"}, {"owner": owner, "lane": "media"}):
        with pytest.raises(SealBroken):
            newest_master().unwrap(wrapped, **wrong)  # type: ignore[arg-type]
