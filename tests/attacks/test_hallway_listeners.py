"""A patient's modified page tries to hear the hallway: by signals, by old and guessed wires, by frames and by entries.

That no sound arrives in real browsers is measured by tests/browser/test_apart.py and by `farward rehearse`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.live.device import Device, entry
from tests.live.test_wiring import move, offer

if TYPE_CHECKING:
    from tests.live.conftest import Visit

STAFF = ("learner", "preceptor")


async def test_no_signal_of_the_held_patient_reaches_anybody(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        await move(amina, "check_in", "interview")
        old = (await rivera.until_wired(visit["learner"].seat))["link"]
        await move(amina, "hallway")
        staff = (await osei.until_wired(visit["learner"].seat))["link"]
        await rivera.until_wired(visit["learner"].seat, wired=False)
        # The wire of before, that of the others, which nobody told it, and guesses; to offer, answer and find a path.
        for link in (old, staff, "", "x" * 64, str(uuid4())):
            for role in STAFF:
                await rivera.signal(visit[role].seat, link, description=offer("recvonly"))
                await rivera.signal(visit[role].seat, link, candidate={"candidate": "candidate:1 1 udp 1 10.0.0.9 9"})
        await asyncio.sleep(1)
        answers = [frame["code"] for frame in rivera.frames if frame["t"] == "refused"]
        assert answers == ["not_wired"] * 20
        assert "signal" not in amina.kinds + osei.kinds


async def test_nothing_that_is_said_in_the_hallway_is_sent_to_the_patient(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        await move(amina, "check_in", "interview", "hallway")
        await osei.until_wired(visit["learner"].seat)
        await amina.send({"t": "state", "data": {"mic": True, "typing": True, "level": 0.7}})
        for audience in ("staff", "care", "preceptors", f"seat:{visit['preceptor'].seat}"):
            await amina.append(entry(text=f"I think it is TB ({audience})", audience=audience))
        await osei.until("state")
        # Asking again from the beginning, as a page that lost everything, gives no more.
        await rivera.send({"t": "more", "after": 0})
        await asyncio.sleep(0.7)
        assert "state" not in rivera.kinds
        assert not [text for text in rivera.texts() if "TB" in text]
        me = f"seat:{visit['patient'].seat}"
        told = {each["audience"] for each in rivera.entries if each["author"] != me}
        assert told <= {"room", "everyone", me}


async def test_the_patients_page_moves_no_phase_and_wires_nobody(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await move(amina, "check_in", "interview", "hallway")
        wanted = [
            entry("phase", "everyone", **{"from": "hallway", "to": "together"}),
            entry("stance", "everyone", stance="in"),
            entry("whisper", "care", on=True),
            entry("mute", "everyone", seat=str(visit["learner"].seat), muted=False),
            entry("admit", "staff", device=str(uuid4()), seat=str(visit["patient"].seat), admit=True),
        ]
        ack = await rivera.append(*wanted)
        assert ack["accepted"] == []
        assert {refusal["code"] for refusal in ack["refused"]} <= {"not_allowed", "bad_audience"}
        assert rivera.peer(visit["learner"].seat) is None


@pytest.mark.parametrize("direction", ["sendrecv", "sendonly", "recvonly"])
async def test_staff_cannot_open_the_path_either(direction: str, visit: Visit) -> None:
    """Neither a modified page of the learner's lets the patient listen."""
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await move(amina, "check_in", "interview")
        wire = await amina.until_wired(visit["patient"].seat)
        await move(amina, "hallway")
        await amina.signal(visit["patient"].seat, wire["link"], description=offer(direction))
        assert (await amina.until("refused"))["code"] == "not_wired"
        await asyncio.sleep(0.3)
        assert "signal" not in rivera.kinds
