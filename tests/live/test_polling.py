"""The same frames over plain requests, for networks that let no WebSocket through."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import httpx
import pytest

from farward.encounters.live import mailbox
from farward.encounters.live.frames import MAX_FRAME_BYTES
from tests.live.conftest import Visit
from tests.live.device import Device, PollingDevice, entry
from tests.live.test_presence import until_presence
from tests.live.test_wiring import offer


async def test_hello_over_a_request_gets_all_that_a_socket_gets(visit: Visit) -> None:
    async with PollingDevice(visit["patient"]) as rivera:
        assert [frame["t"] for frame in rivera.frames] == ["welcome", "room", "wiring", "entries"]


async def test_a_waiting_request_is_answered_as_soon_as_something_is_written(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as rivera:
        await rivera.poll(wait=0.2)
        asked = time.monotonic()
        answer = asyncio.create_task(rivera.poll(wait=20))
        await asyncio.sleep(0.3)
        await amina.append(entry(text="Any fever?"))
        await answer
        assert time.monotonic() - asked < 5
        assert rivera.texts() == ["Any fever?"]


async def test_a_request_that_finds_nothing_comes_back_empty_after_its_wait(visit: Visit) -> None:
    async with PollingDevice(visit["patient"]) as rivera:
        await rivera.poll(wait=0.2)
        asked = time.monotonic()
        assert await rivera.poll(wait=0.5) == []
        assert 0.4 < time.monotonic() - asked < 3


async def test_what_is_posted_is_acknowledged_in_the_answer_and_reaches_a_socket(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as rivera:
        written = entry(text="Since Monday.")
        answers = await rivera.post({"t": "append", "n": 4, "entries": [written]}, {"t": "beat", "q": "weak"})
        assert [frame["t"] for frame in answers] == ["ack", "beat"]
        assert [each[0] for each in answers[0]["accepted"]] == [written["id"]]
        await amina.until_text("Since Monday.")
        await until_presence(amina, visit["patient"].seat, "weak")


async def test_an_answer_lost_on_the_way_is_asked_for_again(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as rivera:
        await amina.append(entry(text="Lost once."))
        before = rivera.cursor
        await rivera.poll()
        rivera.cursor, rivera.frames = before, []
        await rivera.poll()
        assert rivera.texts() == ["Lost once."]


async def test_signals_wait_in_the_mailbox_between_two_requests(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["preceptor"]) as osei:
        wire = await amina.until_wired(visit["preceptor"].seat)
        for direction in ("sendrecv", "recvonly"):
            await amina.signal(visit["preceptor"].seat, wire["link"], description=offer(direction))
        await asyncio.sleep(0.3)
        frames = await osei.poll()
        signals = [frame["data"]["description"] for frame in frames if frame["t"] == "signal"]
        assert signals == [offer("sendrecv"), offer("recvonly")]
        answer = {"type": "answer", "sdp": offer("sendrecv")["sdp"]}
        data = {"pc": "x", "description": answer}
        await osei.post({"t": "signal", "to": str(visit["learner"].seat), "link": wire["link"], "data": data})
        assert (await amina.until("signal"))["data"]["description"] == answer


async def test_a_page_that_stops_asking_is_lost_when_its_lease_ends(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LEASE_SECONDS", 0.6)
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as rivera:
        await until_presence(amina, visit["patient"].seat, "joined")
        await rivera.poll(wait=1.0)
        assert amina.last("room") is await amina.until("room")
        await until_presence(amina, visit["patient"].seat, "lost")
        await rivera.poll(wait=0.2)
        await until_presence(amina, visit["patient"].seat, "joined")


async def test_a_page_that_leaves_is_shown_as_left(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as rivera:
        await rivera.post({"t": "leave"})
        await until_presence(amina, visit["patient"].seat, "left")
        assert [frame["code"] for frame in await rivera.poll()] == ["gone"]


async def test_a_page_that_moves_from_polling_to_a_socket_stays_joined(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["patient"]) as polling:
        async with Device(visit["patient"], instance=polling.instance) as rivera:
            await amina.append(entry(text="Better now?"))
            await rivera.until_text("Better now?")
        states = [each["payload"]["state"] for each in amina.entries if each["kind"] == "presence"]
        assert "lost" not in states


async def test_another_page_ends_the_one_that_polls(visit: Visit) -> None:
    async with PollingDevice(visit["patient"]) as first, Device(visit["patient"]):
        frames = await first.poll()
        assert [frame["code"] for frame in frames if frame["t"] == "bye"] == ["taken_over"]


async def test_who_was_removed_hears_it_at_the_waiting_request(visit: Visit) -> None:
    async with Device(visit["preceptor"]) as osei, PollingDevice(visit["patient"]) as rivera:
        await rivera.poll(wait=0.2)
        waiting = asyncio.create_task(rivera.poll(wait=10))
        await asyncio.sleep(0.2)
        await osei.append(entry("remove", "everyone", seat=str(visit["patient"].seat)))
        assert [frame["code"] for frame in await waiting if frame["t"] == "bye"] == ["removed"]


async def test_a_request_whose_page_has_gone_takes_nothing_along(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, PollingDevice(visit["preceptor"]) as osei:
        wire = await amina.until_wired(visit["preceptor"].seat)
        await osei.poll(wait=0.3)
        waiting = asyncio.create_task(osei.poll(wait=20))
        await asyncio.sleep(0.3)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await osei.client.aclose()
        await asyncio.sleep(0.2)
        await amina.signal(visit["preceptor"].seat, wire["link"], description=offer("sendrecv"))
        osei.client = httpx.AsyncClient(timeout=40)
        found = await osei.poll(wait=2)
        assert "signal" in [frame["t"] for frame in found]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Farward": "", "Origin": "{url}"}, 403),
        ({"X-Farward": "1", "Origin": "https://evil.example"}, 403),
        ({"X-Farward": "1"}, 403),
        ({"X-Farward": "1", "Origin": "{url}", "Cookie": "other=1"}, 403),
        ({"X-Farward": "1", "Origin": "{url}", "Host": "evil.example"}, 400),
    ],
)
async def test_a_request_from_elsewhere_is_turned_away(visit: Visit, headers: dict[str, str], status: int) -> None:
    key = visit["patient"]
    sent = {"Cookie": key.cookies} | {name: value.format(url=key.url) for name, value in headers.items()}
    body = {"instance": str(uuid4()), "frames": []}
    async with httpx.AsyncClient() as client:
        answer = await client.post(key.path("frames"), headers=sent, json=body)
    assert answer.status_code == status


async def test_a_cookie_that_opens_nothing_gets_a_goodbye(visit: Visit) -> None:
    visit["patient"].cookie = visit["learner"].cookie
    async with PollingDevice(visit["patient"]) as sam:
        assert [(frame["t"], frame["code"]) for frame in sam.frames] == [("bye", "gone")]


async def test_a_body_that_is_too_large_is_not_read(visit: Visit) -> None:
    key = visit["patient"]
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            key.path("frames"), headers={**key.headers, "X-Farward": "1"}, content=b" " * (3 * MAX_FRAME_BYTES)
        )
    assert answer.status_code == 413


async def test_a_body_that_makes_no_sense_gets_a_goodbye_with_a_reason(visit: Visit) -> None:
    key = visit["patient"]
    async with httpx.AsyncClient() as client:
        answer = await client.post(key.path("frames"), headers={**key.headers, "X-Farward": "1"}, content=b"{]")
    assert [frame["code"] for frame in answer.json()["frames"]] == ["bad_frame"]


async def test_a_poll_without_an_instance_is_a_bad_request(visit: Visit) -> None:
    key = visit["patient"]
    async with httpx.AsyncClient() as client:
        answer = await client.get(key.path("frames"), headers=key.headers)
    assert answer.status_code == 400
