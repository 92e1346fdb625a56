"""What a room costs while people only talk: frames and bytes are counted, time is not."""

from __future__ import annotations

import json
import time
import zlib
from collections import Counter

import pytest

from farward.encounters.live import consumer, frames
from tests.live.conftest import Visit
from tests.live.device import Device, Frame, entry

#: WebSocket, TLS, TCP and IP around a frame, and the acknowledgement of the one that comes back.
OVERHEAD = 4 + 29 + 40 + 40
SPANS = 12


def talk() -> Frame:
    now = round(time.time() * 1000)
    return entry("talk", "everyone", spans=[[now - 5000 * count - 3000, now - 5000 * count] for count in range(SPANS)])


def deflated(sent: list[Frame]) -> int:
    """The bytes of these frames as uvicorn compresses them: one small window for the whole connection."""
    window = zlib.compressobj(wbits=-12, memLevel=5)
    return sum(
        len(window.compress(json.dumps(frame, separators=(",", ":")).encode()) + window.flush(zlib.Z_SYNC_FLUSH)) - 4
        for frame in sent
    )


async def test_a_minute_of_talk_costs_each_seat_a_handful_of_frames(visit: Visit) -> None:
    roles = ("learner", "preceptor", "patient")
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        devices = dict(zip(roles, (amina, osei, rivera), strict=True))
        # Whoever comes in changes the room of those who were there: that is over once all have read this.
        await amina.append(entry(text="All here."))
        for device in devices.values():
            await device.until_text("All here.")
        before = {role: len(device.frames) for role, device in devices.items()}
        for device in devices.values():
            await device.append(talk())
        await amina.append(entry(text="One minute later."))
        for device in devices.values():
            await device.until_text("One minute later.")
        for role, device in devices.items():
            came = [frame for frame in device.frames[before[role] :] if frame["t"] != "beat"]
            kinds = Counter(frame["t"] for frame in came)
            # The message and its acknowledgement are those of the test, and no state is told anew.
            assert set(kinds) == {"entries", "ack"}
            assert kinds["entries"] <= len(roles) + 1
            assert kinds["ack"] <= 2
            size = deflated(came) + len(came) * OVERHEAD + 4 * (len(frames.BEAT) + OVERHEAD)
            assert size * 8 / 60_000 < 0.5, f"{role}: {size} bytes a minute"


async def test_a_page_that_says_when_it_speaks_is_waited_for(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "SILENCE_SECONDS", 0.5)
    async with Device(visit["learner"], mute=True) as amina, Device(visit["patient"], mute=True) as rivera:
        await rivera.send({"t": "beat", "next": 15})
        await rivera.until("beat")
        await amina.until_closed()
        beats = rivera.kinds.count("beat")
        await rivera.send({"t": "beat"})
        await rivera.until_any(lambda _frame: rivera.kinds.count("beat") > beats)
        # With that it has taken its word back.
        await rivera.until_closed()


@pytest.mark.parametrize("seconds", [0, -1, 21, 1.5, "15", None, 1e300])
async def test_nobody_stays_without_a_word_for_long(visit: Visit, seconds: object) -> None:
    async with Device(visit["patient"], mute=True) as rivera:
        await rivera.send({"t": "beat", "next": seconds})
        if seconds is None:
            await rivera.until("beat")
            return
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "bad_frame"


async def test_a_page_that_tells_of_another_connection_with_each_beat_is_not_passed_on_each_time(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await amina.append(entry(text="All here."))
        await rivera.until_text("All here.")
        before = amina.kinds.count("room")
        for count in range(100):
            await rivera.send({"t": "beat", "q": ("bad", "good")[count % 2]})
        await rivera.until_any(lambda _frame: rivera.kinds.count("beat") >= 100)
        await rivera.append(entry(text="After all that."))
        await amina.until_text("After all that.")
        assert amina.kinds.count("room") - before <= 6
