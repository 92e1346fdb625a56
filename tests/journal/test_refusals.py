"""What the journal refuses, entry by entry, while the good entries of the same batch land."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
import uuid_utils.compat
from django.utils import timezone

from farward.journal.actions import append, close_journal, open_journal, record, shred_journal
from farward.journal.intake import parse_batch
from farward.journal.queries import decode, head, read_entries
from farward.journal.types import MAX_BATCH_ENTRIES, AppendResult, Draft, Refused
from tests.journal.support import AMINA, OSEI, Said, make_draft

pytestmark = pytest.mark.django_db(databases="__all__")


def codes(result: AppendResult) -> list[str]:
    """The codes of what was refused, in order."""
    return [refusal.code for refusal in result.refused]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (make_draft(kind="test.nonsense"), "unknown_kind"),
        (make_draft(kind="test.server"), "not_from_device"),
        (make_draft(kind="shredded", audience="everyone", payload={"by": "me", "reason": "fun"}), "not_from_device"),
        (make_draft(payload={"text": 7}), "bad_payload"),
        (make_draft(payload={"text": "hello", "colour": "red"}), "bad_payload"),
        (make_draft(payload=[]), "bad_payload"),
        (make_draft("x" * 65 * 1024), "too_large"),
        (make_draft(audience="the world"), "bad_audience"),
        (make_draft(audience="seat"), "bad_audience"),
        (make_draft(audience="seat:ms-rivera"), "bad_audience"),
        (make_draft(audience=f"seat:{uuid4()}".upper()), "bad_audience"),
        (make_draft(id=uuid4()), "bad_id"),
        (make_draft(at=timezone.now() + timedelta(hours=49)), "impossible_clock"),
        (make_draft(at=timezone.now() - timedelta(days=31)), "impossible_clock"),
        (make_draft(at=datetime.max.replace(tzinfo=UTC)), "impossible_clock"),
        (make_draft(at=datetime.min.replace(tzinfo=UTC)), "impossible_clock"),
        (make_draft(at=datetime(2026, 1, 1)), "impossible_clock"),  # noqa: DTZ001 - a time without a zone is the point
    ],
)
def test_a_bad_entry_is_refused_with_its_code_and_the_good_ones_land(journal_id: UUID, draft: Draft, code: str) -> None:
    result = append(journal_id=journal_id, author=AMINA, drafts=[make_draft("before"), draft, make_draft("after")])
    assert codes(result) == [code]
    assert (result.refused[0].index, result.refused[0].id) == (1, draft.id)
    assert [decode(entry) for entry in read_entries(journal_id=journal_id)] == [Said("before"), Said("after")]


@pytest.mark.parametrize(
    "item",
    [
        b"",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"[" * 5000,
        b'{"id":"not-an-id","kind":"test.said","audience":"room","at":"2026-11-24T08:00:00Z","payload":{}}',
        b'{"id":"01a20c5f-2a06-70e3-bdd0-519c3db21574","kind":"test.said","audience":"room","at":"today","payload":{}}',
        b'{"id":"01a20c5f-2a06-70e3-bdd0-519c3db21574","kind":"test.said","audience":"room",'
        b'"at":"2026-11-24T08:00:00","payload":{}}',
        b'{"id":"01a20c5f-2a06-70e3-bdd0-519c3db21574","kind":"test.said","audience":"room",'
        b'"at":"2026-11-24T08:00:00Z","author":"seat:dr-osei","payload":{}}',
    ],
)
def test_what_is_no_entry_costs_only_itself(journal_id: UUID, item: bytes) -> None:
    good = msgspec.json.encode(make_draft("good"))
    result = append(journal_id=journal_id, author=AMINA, drafts=parse_batch([item, good]))
    assert codes(result) == ["malformed"]
    assert result.head == 1


def test_a_malformed_entry_that_has_an_id_is_refused_by_it() -> None:
    (refusal,) = parse_batch([b'{"id":"01a20c5f-2a06-70e3-bdd0-519c3db21574"}'])
    assert refusal.id == UUID("01a20c5f-2a06-70e3-bdd0-519c3db21574")


@pytest.mark.parametrize(
    "raw", [b'{"text":"\\ud800"}', b'{"text":"\xff"}', b'{"text":' + b"[" * 3000, b'{"text":1e999}']
)
def test_a_payload_that_no_reader_could_decode_is_refused(journal_id: UUID, raw: bytes) -> None:
    draft = msgspec.structs.replace(make_draft(), payload=msgspec.Raw(raw))
    assert codes(append(journal_id=journal_id, author=AMINA, drafts=[draft])) == ["bad_payload"]


def test_a_clock_a_day_off_is_taken_with_both_times(journal_id: UUID) -> None:
    now = timezone.now()
    fast, slow = make_draft("fast", at=now + timedelta(days=1)), make_draft("slow", at=now - timedelta(days=1))
    append(journal_id=journal_id, author=AMINA, drafts=[fast, slow], now=now)
    entries = read_entries(journal_id=journal_id)
    assert [(entry.at, entry.received) for entry in entries] == [(fast.at, now), (slow.at, now)]


def test_of_a_batch_too_large_the_first_256_land(journal_id: UUID) -> None:
    drafts = [make_draft(str(number)) for number in range(MAX_BATCH_ENTRIES + 2)]
    result = append(journal_id=journal_id, author=AMINA, drafts=drafts)
    assert len(result.accepted) == MAX_BATCH_ENTRIES
    assert [(refusal.index, refusal.code) for refusal in result.refused] == [
        (256, "batch_too_large"),
        (257, "batch_too_large"),
    ]


def test_a_closed_journal_takes_only_kinds_that_may_come_after(journal_id: UUID) -> None:
    close_journal(journal_id=journal_id)
    drafts = [make_draft("too late"), make_draft("a comment", kind="test.later")]
    result = append(journal_id=journal_id, author=AMINA, drafts=drafts)
    assert codes(result) == ["journal_closed"]
    assert [one.id for one in result.accepted] == [drafts[1].id]


def test_what_was_sent_before_the_close_is_still_known_after_it(journal_id: UUID) -> None:
    draft = make_draft()
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    close_journal(journal_id=journal_id)
    assert append(journal_id=journal_id, author=AMINA, drafts=[draft]).accepted[0].duplicate


def test_a_shredded_journal_takes_nothing_but_knows_what_it_has(journal_id: UUID) -> None:
    draft = make_draft()
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    shred_journal(journal_id=journal_id, by=OSEI, reason="asked for")
    result = append(journal_id=journal_id, author=AMINA, drafts=[draft, make_draft("new", kind="test.later")])
    assert [one.id for one in result.accepted] == [draft.id]
    assert codes(result) == ["shredded"]


def test_a_journal_that_was_never_opened_takes_nothing(db: None) -> None:
    result = append(journal_id=uuid_utils.compat.uuid7(), author=AMINA, drafts=[make_draft(), make_draft()])
    assert codes(result) == ["no_journal", "no_journal"]


@pytest.mark.parametrize(
    "change", [{"kind": "test.later"}, {"audience": "staff"}, {"text": "something else"}, {"at": timezone.now()}]
)
def test_another_content_under_the_same_id_is_refused(journal_id: UUID, change: dict[str, str]) -> None:
    first = make_draft(at=timezone.now() - timedelta(minutes=5))
    append(journal_id=journal_id, author=AMINA, drafts=[first])
    forged = make_draft(**{"id": first.id, "at": first.at, **change})  # type: ignore[arg-type]
    assert codes(append(journal_id=journal_id, author=AMINA, drafts=[forged])) == ["id_taken"]


def test_another_author_cannot_replay_an_entry(journal_id: UUID) -> None:
    draft = make_draft("I agree to be seen")
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert codes(append(journal_id=journal_id, author=OSEI, drafts=[draft])) == ["id_taken"]


def test_an_entry_cannot_be_replayed_into_another_journal(journal_id: UUID) -> None:
    other = uuid_utils.compat.uuid7()
    open_journal(journal_id=other)
    draft = make_draft("I agree to be seen")
    append(journal_id=journal_id, author=AMINA, drafts=[draft])
    assert codes(append(journal_id=other, author=AMINA, drafts=[draft])) == ["id_taken"]
    assert head(other) == 0


def test_the_rule_of_the_caller_refuses_one_entry_and_sees_no_duplicate(journal_id: UUID) -> None:
    seen: list[str] = []

    def admit(draft: Draft, payload: msgspec.Struct) -> None:
        assert isinstance(payload, Said)
        if payload.text == "not now":
            raise Refused("stale_phase", "The encounter has moved on.")
        seen.append(payload.text)

    first, second = make_draft("one"), make_draft("two")
    append(journal_id=journal_id, author=AMINA, drafts=[first], admit=admit)
    result = append(
        journal_id=journal_id, author=AMINA, drafts=[first, make_draft("not now"), second, second], admit=admit
    )
    assert seen == ["one", "two"]
    assert codes(result) == ["stale_phase"]
    assert [(one.seq, one.duplicate) for one in result.accepted] == [(1, True), (2, False), (2, True)]


def test_the_server_is_told_why_its_own_entry_was_refused(journal_id: UUID) -> None:
    close_journal(journal_id=journal_id)
    with pytest.raises(Refused) as refusal:
        record(journal_id=journal_id, author="system", kind="test.server", audience="room", payload=Said("late"))
    assert refusal.value.code == "journal_closed"


def test_a_rule_that_appends_to_the_same_journal_is_a_clear_mistake(journal_id: UUID) -> None:
    def admit(draft: Draft, payload: msgspec.Struct) -> None:
        record(journal_id=journal_id, author="system", kind="test.server", audience="room", payload=Said("nested"))

    with pytest.raises(RuntimeError, match="own journal"):
        append(journal_id=journal_id, author=AMINA, drafts=[make_draft()], admit=admit)
    assert head(journal_id) == 0
