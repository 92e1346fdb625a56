"""What is done to access records behind the application's back is found, in the ledger and on the screens' side."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
import uuid_utils.compat
from click.testing import CliRunner

from farward.cli.journal import command
from farward.journal.checkpoints import sign_checkpoint
from farward.journal.ledgers import SCHOOL, encounter_of, is_ledger, ledger_of
from farward.journal.models import Journal
from farward.people.models import User
from farward.privacy.accesses import Access, Origin, record_access
from farward.privacy.models import AccessRecord, Flag
from farward.privacy.reviews import raise_flag, review_flag
from farward.privacy.verification import verify_records
from farward.privacy.words import Act, Data, Signal, Why
from tests.journal import attacker

pytestmark = pytest.mark.django_db

ENCOUNTER = uuid_utils.compat.uuid7()
LEDGER = ledger_of(ENCOUNTER)


def look(user: User, *, encounters: tuple[UUID, ...] = (ENCOUNTER,), reason: str = "") -> UUID:
    access = Access(
        what=Data.NOTE,
        act=Act.READ,
        view="note",
        why=Why.CARE,
        role="preceptor",
        user=user.pk,
        encounters=encounters,
        origin=Origin("203.0.113.9", "Firefox Android"),
        reason=reason,
    )
    entry = record_access(access)
    assert entry is not None
    return entry


@pytest.fixture
def signed(osei: User) -> User:
    """Six looks at one encounter, of which five are signed, and one at two together."""
    for _time in range(5):
        look(osei)
    look(osei, encounters=(ENCOUNTER, uuid_utils.compat.uuid7()))
    sign_checkpoint()
    look(osei)
    return osei


def whats() -> list[str]:
    return [str(finding) for finding in verify_records().findings]


def test_an_id_says_whose_ledger_it_is() -> None:
    assert is_ledger(LEDGER)
    assert not is_ledger(ENCOUNTER)
    assert encounter_of(LEDGER) == ENCOUNTER
    assert is_ledger(SCHOOL)
    assert encounter_of(SCHOOL) is None


def test_what_nobody_touched_is_as_written(signed: User) -> None:
    report = verify_records()
    assert report.findings == []
    assert (report.journals, report.ledgers, report.accesses) == (0, 2, 7)


def _edit() -> None:
    row = attacker.rows_of(LEDGER)[2]
    attacker.set_column(row, "ciphertext", row.ciphertext[:-1] + bytes([row.ciphertext[-1] ^ 1]))


def _edit_author() -> None:
    attacker.set_column(attacker.rows_of(LEDGER)[2], "author", "user:somebody-else")


def _remove() -> None:
    row = attacker.rows_of(LEDGER)[2]
    AccessRecord.objects.filter(entry=row.id)._raw_delete("default")
    attacker.remove(row)


def _swap() -> None:
    second, third = attacker.rows_of(LEDGER)[1:3]
    for row in (second, third):
        attacker.remove(row)
    attacker.add(second._replace(seq=3))
    attacker.add(third._replace(seq=2))


def _truncate() -> None:
    for row in attacker.rows_of(LEDGER)[4:]:
        AccessRecord.objects.filter(entry=row.id)._raw_delete("default")
    attacker.cut(LEDGER, 4)


def _rewrite() -> None:
    gone = attacker.rows_of(LEDGER)[0]
    AccessRecord.objects.filter(entry=gone.id)._raw_delete("default")
    attacker.rewrite(LEDGER, lambda rows: rows[1:])


def _drop_the_ledger() -> None:
    for row in attacker.rows_of(LEDGER):
        AccessRecord.objects.filter(entry=row.id)._raw_delete("default")
        attacker.remove(row)
    Journal.objects.filter(pk=LEDGER).delete()


def _move() -> None:
    row = attacker.rows_of(LEDGER)[-1]
    attacker.remove(row)
    attacker.add(row._replace(journal_id=SCHOOL, seq=2))


ON_LEDGERS = [_edit, _edit_author, _remove, _swap, _truncate, _rewrite, _drop_the_ledger, _move]


@pytest.mark.parametrize("tamper", ON_LEDGERS, ids=lambda one: one.__name__)
def test_what_is_done_to_a_ledger_is_found(signed: User, tamper: Callable[[], None]) -> None:
    tamper()
    assert any("access records of" in what for what in whats()), whats()


def _hide_a_line() -> None:
    AccessRecord.objects.filter(pk=AccessRecord.objects.order_by("pk")[1].pk)._raw_delete("default")


def _hide_one_of_two_lines() -> None:
    line = AccessRecord.objects.exclude(encounter=ENCOUNTER).get()
    AccessRecord.objects.filter(pk=line.pk)._raw_delete("default")


def _blame_another() -> None:
    other = User.objects.create_user("x@school.example", name="X")
    AccessRecord.objects.filter(pk=AccessRecord.objects.order_by("pk")[1].pk).update(user=other)


def _move_in_time() -> None:
    AccessRecord.objects.filter(pk=AccessRecord.objects.order_by("pk")[1].pk).update(at="2020-01-01T00:00:00Z")


def _make_one_up() -> None:
    line = AccessRecord.objects.order_by("pk")[1]
    line.pk, line.entry = None, uuid_utils.compat.uuid7()
    line.save()


ON_LINES = [_hide_a_line, _hide_one_of_two_lines, _blame_another, _move_in_time, _make_one_up]


@pytest.mark.parametrize("tamper", ON_LINES, ids=lambda one: one.__name__)
def test_what_is_done_to_the_lines_of_screens_is_found(signed: User, tamper: Callable[[], None]) -> None:
    tamper()
    assert len(whats()) == 1, whats()


def test_the_review_queue_is_held_against_the_ledger(signed: User, privacy_officer: User) -> None:
    entry = look(signed, reason="the patient collapsed at home")
    line = AccessRecord.objects.get(entry=entry)
    raise_flag(signal=Signal.BREAK_GLASS, user_id=signed.pk, encounter=ENCOUNTER, entry=entry, at=line.at)
    assert whats() == []
    review_flag(by=privacy_officer, flag=Flag.objects.get(), verdict="spoken", word="Called him")
    assert whats() == []
    Flag.objects.update(verdict="fine")
    assert ["its review is not what the queue shows" in what for what in whats()] == [True]
    Flag.objects.all()._raw_delete("default")
    assert sorted("taken out of the review queue" in what for what in whats()) == [False, True]


def test_the_command_says_so_and_exits_1(signed: User) -> None:
    said = CliRunner().invoke(command, ["verify"])
    assert said.exit_code == 0, said.output
    assert "7 access records: all as written" in said.output
    _hide_a_line()
    said = CliRunner().invoke(command, ["verify"])
    assert said.exit_code == 1
    assert f"TAMPERED access records of encounter {ENCOUNTER}" in said.output


def test_a_table_that_is_gone_is_found(signed: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccessRecord._meta, "db_table", "somewhere_else")
    assert ["is missing" in what for what in whats()] == [True]


def test_without_keys_a_hidden_line_is_still_found(signed: User) -> None:
    _hide_a_line()
    assert len(verify_records(open_payloads=False).findings) == 1


def test_one_encounter_is_checked_with_its_ledger(signed: User) -> None:
    _edit()
    assert [finding.journal_id for finding in verify_records(ENCOUNTER).findings if finding.seq] == [LEDGER]
