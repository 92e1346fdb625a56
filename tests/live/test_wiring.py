"""Signalling passes only between wired pages, and passing facts stay inside the circle."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from farward.encounters.live import doorbell
from tests.live.conftest import Visit
from tests.live.device import Device, Frame, entry

SOUND = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=%s\r\n"


def offer(direction: str) -> dict[str, Any]:
    return {"type": "offer", "sdp": SOUND % direction}


async def move(device: Device, *phases: str) -> None:
    """Move the encounter through phases, from the one it is in."""
    for phase in phases:
        now = device.last("room")["encounter"]["phase"]
        ack = await device.append(entry("phase", "everyone", **{"from": now, "to": phase}))
        assert ack["refused"] == []
        await device.until_room(lambda room, phase=phase: room["encounter"]["phase"] == phase)  # type: ignore[misc]


async def refusal(device: Device) -> Frame:
    return await device.until("refused")


async def test_a_signal_reaches_the_wired_peer_and_nobody_else(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        wire = await amina.until_wired(visit["preceptor"].seat)
        await osei.until_wired(visit["learner"].seat)
        await amina.signal(visit["preceptor"].seat, wire["link"], description=offer("sendrecv"))
        signal = await osei.until("signal")
        assert signal["from"] == str(visit["learner"].seat)
        assert signal["data"]["description"] == offer("sendrecv")
        await asyncio.sleep(0.2)
        assert "signal" not in rivera.kinds


async def test_a_signal_to_a_seat_without_a_wire_is_refused(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await amina.signal(visit["patient"].seat, "made-up", description=offer("recvonly"))
        assert (await refusal(amina))["code"] == "not_wired"
        await asyncio.sleep(0.2)
        assert "signal" not in rivera.kinds


async def test_a_signal_for_a_page_that_was_replaced_is_refused(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["preceptor"]) as osei:
        old = await amina.until_wired(visit["preceptor"].seat)
        async with Device(visit["preceptor"]) as renewed:
            await osei.until_closed()
            await amina.until("wiring", lambda frame: bool(frame["peers"]) and frame["peers"][0]["link"] != old["link"])
            await amina.signal(visit["preceptor"].seat, old["link"], description=offer("sendrecv"))
            assert (await refusal(amina))["code"] == "not_wired"
            assert "signal" not in renewed.kinds


async def test_in_the_hallway_the_path_to_the_patient_cannot_be_rebuilt(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await move(amina, "check_in", "interview")
        wire = await amina.until_wired(visit["patient"].seat)
        await move(amina, "hallway")
        await amina.signal(visit["patient"].seat, wire["link"], description=offer("sendrecv"))
        assert (await refusal(amina))["code"] == "not_wired"
        await rivera.until_wired(visit["learner"].seat, wired=False)
        assert "signal" not in rivera.kinds


async def test_a_path_is_cut_for_signals_even_where_the_doorbell_was_lost(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await move(amina, "check_in", "interview")
        wire = await rivera.until_wired(visit["learner"].seat)
        await asyncio.sleep(0.3)
        monkeypatch.setattr(doorbell, "ring", lambda *_: None)
        await amina.append(entry("phase", "everyone", **{"from": "interview", "to": "hallway"}))
        await rivera.signal(visit["learner"].seat, wire["link"], description=offer("sendrecv"))
        assert (await refusal(rivera))["code"] == "not_wired"


async def test_a_silent_listener_cannot_offer_to_speak(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        await move(amina, "check_in", "interview")
        await osei.append(entry("stance", "everyone", stance="listening"))
        wire = await osei.until_wired(visit["patient"].seat)
        assert wire["send"] == []
        await osei.signal(visit["patient"].seat, wire["link"], description=offer("sendrecv"))
        assert (await refusal(osei))["code"] == "too_much_media"
        await osei.signal(visit["patient"].seat, wire["link"], description=offer("recvonly"))
        assert (await rivera.until("signal"))["data"]["description"] == offer("recvonly")


async def test_passing_facts_stay_inside_the_circle(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        await amina.until_wired(visit["preceptor"].seat)
        await amina.send({"t": "state", "data": {"mic": True, "typing": True}})
        state = await osei.until("state")
        assert (state["from"], state["data"]) == (str(visit["learner"].seat), {"mic": True, "typing": True})
        await asyncio.sleep(0.2)
        assert "state" not in rivera.kinds


async def test_a_listener_is_not_given_away_by_a_typing_dot(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["preceptor"]) as osei,
        Device(visit["patient"]) as rivera,
    ):
        await move(amina, "check_in", "interview")
        await osei.append(entry("stance", "everyone", stance="listening"))
        await osei.until_wired(visit["patient"].seat)
        await osei.send({"t": "state", "data": {"typing": True}})
        await asyncio.sleep(0.3)
        assert "state" not in rivera.kinds
