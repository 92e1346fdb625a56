"""Frames are read strictly and written as the protocol's page says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from farward.encounters.live import frames
from farward.encounters.live.frames import Bye, ByeCode
from farward.journal.types import Accepted, AppendResult, ReadEntry, Refusal

DOCS = Path(__file__).resolve().parents[2] / "docs" / "live-channel.md"


def bad(frame: object) -> Bye:
    with pytest.raises(Bye) as caught:
        frames.decode_frame(json.dumps(frame).encode())
    return caught.value


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "hello", "v": 1, "instance": "not-a-uuid", "after": 0},
        {"t": "hello", "v": 1, "instance": str(uuid4()), "after": -1},
        {"t": "hello", "v": 1, "instance": str(uuid4()), "after": 0, "extra": 1},
        {"t": "append", "n": 1},
        {"t": "beat", "q": "splendid"},
        {"t": "state", "data": {"mic": "yes"}},
        {"t": "state", "data": {"level": 7}},
        {"t": "take_over_the_world"},
        {"no": "type"},
        [],
    ],
)
def test_a_frame_that_is_not_in_the_protocol_is_a_bad_frame(frame: object) -> None:
    assert bad(frame).code == ByeCode.BAD_FRAME


def test_what_is_not_json_is_a_bad_frame() -> None:
    for data in (b"", b"\xff\xfe", b"{", b"null"):
        with pytest.raises(Bye, match="bad_frame"):
            frames.decode_frame(data)


def test_a_frame_larger_than_the_limit_is_not_even_read() -> None:
    with pytest.raises(Bye) as caught:
        frames.decode_frame(b" " * (frames.MAX_FRAME_BYTES + 1))
    assert "1 MiB" in caught.value.message


def test_a_signal_keeps_what_the_server_need_not_understand() -> None:
    data = {"pc": "mine", "for": "theirs", "candidate": {"candidate": "candidate:1", "sdpMid": "0"}}
    signal = frames.decode_frame(json.dumps({"t": "signal", "to": str(uuid4()), "link": "l", "data": data}).encode())
    assert isinstance(signal, frames.Signal)
    passed = json.loads(frames.relayed_signal(sender="s", link="l", data=signal.data))
    assert passed == {"t": "signal", "from": "s", "link": "l", "data": data}


@pytest.mark.parametrize("candidate", ["null", '{"candidate":"candidate:1 1 udp","sdpMid":"0","sdpMLineIndex":0}'])
def test_a_candidate_may_be_there_or_the_last_one_null(candidate: str) -> None:
    signal = frames.decode_signal(msgspec.Raw(f'{{"pc":"mine","candidate":{candidate}}}'.encode()))
    assert signal.description is None


def test_a_description_of_an_unknown_type_is_a_bad_frame() -> None:
    with pytest.raises(Bye, match="bad_frame"):
        frames.decode_signal(msgspec.Raw(b'{"description":{"type":"wish","sdp":""}}'))


def test_an_acknowledgement_names_each_entry_and_each_refusal() -> None:
    taken, refused = uuid4(), uuid4()
    result = AppendResult([Accepted(taken, 7)], [Refusal(1, refused, "unknown_kind", "No such kind.")], 7)
    assert json.loads(frames.ack(n=3, result=result)) == {
        "t": "ack",
        "n": 3,
        "accepted": [[str(taken), 7]],
        "refused": [{"index": 1, "id": str(refused), "code": "unknown_kind", "message": "No such kind."}],
    }


def test_a_page_of_entries_says_where_it_begins_and_ends() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    entry = ReadEntry(42, uuid4(), "message", "seat:x", "room", now, now, msgspec.Raw(b'{"text":"hi"}'))
    page = json.loads(frames.entries(after=41, page=[entry], cursor=45, more=False))
    assert (page["after"], page["cursor"], page["more"]) == (41, 45, False)
    assert page["entries"][0]["payload"] == {"text": "hi"}


def test_every_goodbye_has_a_sentence() -> None:
    for code in ByeCode:
        assert Bye(code).message.endswith(".")


def test_every_frame_and_code_is_described() -> None:
    text = DOCS.read_text("utf-8")
    sent = [kind.__struct_config__.tag for kind in frames.Incoming.__args__]
    got = ["welcome", "room", "wiring", "entries", "ack", "signal", "state", "beat", "refused", "bye"]
    codes = [code.value for code in ByeCode] + ["not_wired", "too_much_media", "unavailable"]
    missing = [word for word in [*sent, *got, *codes] if f"`{word}`" not in text]
    assert missing == []
