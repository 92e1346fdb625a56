"""`farward journal verify` finds every kind of tampering done by SQL behind the application, and names the entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import pytest_django
import uuid_utils.compat
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from farward.cli.journal import command
from farward.journal.actions import append, open_journal
from farward.journal.chain import decode_header, digest_of, encode_header
from farward.journal.checkpoints import sign_checkpoint
from farward.journal.storage import Row
from farward.journal.verification import Finding, verify
from farward.vault.keys import destroy_keys
from tests.journal import attacker
from tests.journal.support import AMINA, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")

Tamper = Callable[[UUID, list[Row]], object]


@pytest.fixture
def signed(journal_id: UUID) -> UUID:
    """A journal of six entries: the first three signed in one checkpoint, five in a second, the sixth not yet."""
    for batch in (["one", "two", "three"], ["four", "five"], ["six"]):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft(text) for text in batch])
        if batch != ["six"]:
            sign_checkpoint()
    return journal_id


def swap(first: Row, second: Row) -> None:
    """Exchange the places of two entries."""
    attacker.set_column(first, "seq", -1)
    attacker.set_column(second, "seq", first.seq)
    attacker.set_column(first, "seq", second.seq)


def exchange_content(first: Row, second: Row) -> None:
    """Exchange what two entries say and leave the rest."""
    for column in ("nonce", "ciphertext"):
        attacker.set_column(first, column, getattr(second, column))
        attacker.set_column(second, column, getattr(first, column))


def new_header(row: Row, **changes: object) -> bytes:
    """The entry's header with other values."""
    return encode_header(msgspec.structs.replace(decode_header(row.header), **changes))


def insert_between(journal_id: UUID, rows: list[Row]) -> None:
    for row in reversed(rows[3:]):
        attacker.set_column(row, "seq", row.seq + 1)
    attacker.add(rows[2]._replace(id=uuid_utils.compat.uuid7(), seq=4))


TAMPERINGS: dict[str, tuple[Tamper, int]] = {
    "kind changed": (lambda j, r: attacker.set_column(r[1], "kind", "test.later"), 2),
    "author changed": (lambda j, r: attacker.set_column(r[1], "author", "seat:sam"), 2),
    "audience changed": (lambda j, r: attacker.set_column(r[1], "audience", "everyone"), 2),
    "id changed": (lambda j, r: attacker.set_column(r[1], "id", uuid_utils.compat.uuid7()), 2),
    "number changed": (lambda j, r: attacker.set_column(r[5], "seq", 9), 9),
    "nonce changed": (lambda j, r: attacker.set_column(r[1], "nonce", bytes(12)), 2),
    "ciphertext changed": (lambda j, r: attacker.set_column(r[1], "ciphertext", bytes(40)), 2),
    "digest changed": (lambda j, r: attacker.set_column(r[1], "digest", bytes(32)), 2),
    "header damaged": (lambda j, r: attacker.set_column(r[1], "header", b"{}"), 2),
    "header spaced out": (lambda j, r: attacker.set_column(r[1], "header", r[1].header.replace(b",", b", ", 1)), 2),
    "header's author changed": (lambda j, r: attacker.set_column(r[1], "header", new_header(r[1], author="sam")), 2),
    "header's time changed": (
        lambda j, r: attacker.set_column(r[1], "header", r[1].header.replace(b'"received":"2', b'"received":"1')),
        2,
    ),
    "places swapped": (lambda j, r: swap(r[1], r[2]), 2),
    "contents swapped": (lambda j, r: exchange_content(r[1], r[2]), 2),
    "first removed": (lambda j, r: attacker.remove(r[0]), 1),
    "one removed": (lambda j, r: attacker.remove(r[2]), 3),
    "last removed": (lambda j, r: attacker.remove(r[5]), 6),
    "inserted between": (insert_between, 4),
    "added at the end": (lambda j, r: attacker.add(r[5]._replace(id=uuid_utils.compat.uuid7(), seq=7)), 7),
    "cut behind the signed head": (lambda j, r: attacker.cut(j, 4), 5),
    "cut to nothing": (lambda j, r: attacker.cut(j, 0), 1),
    "rewritten without one": (lambda j, r: attacker.rewrite(j, lambda rows: rows[:1] + rows[2:]), 2),
    "rewritten in another order": (lambda j, r: attacker.rewrite(j, lambda rows: [rows[1], rows[0], *rows[2:]]), 1),
    "rewritten with one more": (
        lambda j, r: attacker.rewrite(j, lambda rows: [*rows, rows[0]._replace(id=uuid_utils.compat.uuid7())]),
        7,
    ),
    "rewritten for another audience": (
        lambda j, r: attacker.rewrite(j, lambda rows: [row._replace(audience="everyone") for row in rows]),
        1,
    ),
    "head put back": (lambda j, r: attacker.set_head(j, 5, r[4].digest), 6),
    "head's digest changed": (lambda j, r: attacker.set_head(j, 6, bytes(32)), 6),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_verify_finds_and_names_the_entry(signed: UUID, name: str) -> None:
    tamper, seq = TAMPERINGS[name]
    tamper(signed, attacker.rows_of(signed))
    done = CliRunner().invoke(command, ["verify", "--encounter", str(signed)])
    assert done.exit_code == 1
    assert f"encounter {signed}, entry {seq}" in done.output


#: Rewritings that agree with themselves: without keys they are found at the signed head that they reach.
CONSISTENT = {
    "cut behind the signed head": 5,
    "cut to nothing": 1,
    "rewritten without one": 3,
    "rewritten in another order": 3,
    "rewritten for another audience": 3,
}


@pytest.mark.parametrize("name", CONSISTENT)
def test_without_any_key_a_consistent_rewrite_is_found_at_the_signed_head(signed: UUID, name: str) -> None:
    TAMPERINGS[name][0](signed, attacker.rows_of(signed))
    report = verify(open_payloads=False)
    assert [(finding.journal_id, finding.seq) for finding in report.findings] == [(signed, CONSISTENT[name])]


def test_an_untouched_journal_verifies(signed: UUID) -> None:
    done = CliRunner().invoke(command, ["verify"])
    assert done.exit_code == 0, done.output
    assert "1 journals, 6 entries, 2 checkpoints" in done.output
    assert "all as written" in done.output


def test_an_entry_moved_to_another_journal_is_found_in_both(signed: UUID) -> None:
    other = uuid_utils.compat.uuid7()
    open_journal(journal_id=other)
    append(journal_id=other, author=AMINA, drafts=[make_draft()])
    moved = attacker.rows_of(signed)[2]
    attacker.sql("UPDATE journal_entry SET journal_id = %s, seq = 2 WHERE id = %s", other, moved.id)
    attacker.sql("UPDATE journal_journal SET seq = 2, head = %s WHERE id = %s", moved.digest, other)
    found = {(finding.journal_id, finding.seq) for finding in verify().findings}
    assert found == {(signed, 3), (other, 2)}


def test_a_forged_entry_after_the_last_checkpoint_is_found_by_its_seal(signed: UUID) -> None:
    forged = attacker.rows_of(signed)[5]._replace(id=uuid_utils.compat.uuid7(), author="seat:sam")
    attacker.rewrite(signed, lambda rows: [*rows[:5], forged])
    assert [finding.seq for finding in verify().findings] == [6]


def test_a_plain_payload_passed_off_as_an_entry_is_found(signed: UUID) -> None:
    last = attacker.rows_of(signed)[5]
    header = new_header(last, lane="open")
    digest = digest_of(header, b"", b'{"text":"forged"}')
    attacker.remove(last)
    attacker.add(last._replace(header=header, nonce=b"", ciphertext=b'{"text":"forged"}', digest=digest))
    attacker.set_head(signed, 6, digest)
    (finding,) = verify(open_payloads=False).findings
    assert (finding.seq, finding.what) == (6, "is not sealed")


def test_a_whole_journal_taken_away_is_found(signed: UUID) -> None:
    attacker.sql("DELETE FROM journal_entry WHERE journal_id = %s", signed)
    attacker.sql("DELETE FROM journal_journal WHERE id = %s", signed)
    assert [str(finding) for finding in verify().findings] == [f"encounter {signed}: the whole journal is missing"]
    assert not verify(signed).ok


def test_an_erasure_that_nobody_recorded_is_found(signed: UUID) -> None:
    attacker.sql("UPDATE journal_journal SET shredded_at = opened_at WHERE id = %s", signed)
    assert [finding.what for finding in verify().findings] == ["the erasure and its entry do not agree"]


def test_a_key_taken_away_without_an_erasure_is_found(signed: UUID) -> None:
    destroy_keys(signed)
    (finding,) = verify().findings
    assert finding.seq == 1
    assert "cannot be opened" in finding.what


@pytest.fixture
def files(signed: UUID, settings: pytest_django.Settings) -> list[Path]:
    """The two checkpoints' files."""
    return sorted(Path(settings.FARWARD_CHECKPOINT_DIR).glob("*/*.json"))


def whats(findings: list[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.journal_id is None]


def test_a_checkpoint_changed_by_hand_is_not_believed(files: list[Path]) -> None:
    line = msgspec.json.decode(files[1].read_bytes())
    line["body"] = line["body"].replace('"journals":1', '"journals":0')
    files[1].write_bytes(msgspec.json.encode(line))
    assert whats(verify().findings) == ["00000002.json was not signed by a key of ours"]


def test_a_checkpoint_signed_by_somebody_else_is_not_believed(
    files: list[Path], settings: pytest_django.Settings, tmp_path: Path
) -> None:
    Path(settings.FARWARD_SIGNING_KEY_FILE).rename(tmp_path / "ours.pem")
    from farward.vault.signing import create_signing_key

    create_signing_key(Path(settings.FARWARD_SIGNING_KEY_FILE))
    assert len(whats(verify().findings)) == 2


def test_a_checkpoint_taken_away_is_found(files: list[Path]) -> None:
    files[0].unlink()
    assert "00000002.json does not follow the one before it" in whats(verify().findings)


def test_a_damaged_checkpoint_is_found(files: list[Path]) -> None:
    files[1].write_bytes(b"not a checkpoint")
    (what,) = whats(verify().findings)
    assert what.endswith("is not a checkpoint")


COLUMNS = ["id", "seq", "kind", "author", "audience", "header", "nonce", "ciphertext", "digest"]


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), texts=st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_any_single_change_of_any_column_is_found_and_named(
    data: st.DataObject, texts: list[str], journal_id: UUID
) -> None:
    fresh = uuid_utils.compat.uuid7()
    open_journal(journal_id=fresh)
    append(journal_id=fresh, author=AMINA, drafts=[make_draft(text.replace("\ud800", "")) for text in texts])
    row = data.draw(st.sampled_from(attacker.rows_of(fresh)))
    column = data.draw(st.sampled_from(COLUMNS))
    old = getattr(row, column)
    attacker.set_column(row, column, changed(data, old))
    findings = verify(fresh, open_payloads=data.draw(st.booleans())).findings
    assert [finding.journal_id for finding in findings] == [fresh]
    assert column == "seq" or findings[0].seq == row.seq


def changed(data: st.DataObject, old: object) -> object:
    """Another value of the same type."""
    if isinstance(old, bytes):
        place = data.draw(st.integers(0, len(old) - 1))
        return old[:place] + bytes([old[place] ^ data.draw(st.integers(1, 255))]) + old[place + 1 :]
    if isinstance(old, str):
        return old[:-1] + ("x" if old[-1] != "x" else "y")
    if isinstance(old, int):
        return old + data.draw(st.integers(100, 10**6))
    return uuid_utils.compat.uuid7()
