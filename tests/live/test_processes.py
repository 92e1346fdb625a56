"""Two server processes, with Redis between them: what is written at one is read at the other."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.device import Device, PollingDevice, entry
from tests.live.processes import House, Process, keys_of
from tests.live.test_presence import until_presence
from tests.live.test_wiring import offer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = {"REDIS_URL": redis_url}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    house = House(tmp_path_factory.mktemp("house"), settings)
    house.run("prepare")
    yield house
    house.close()


@pytest.fixture(scope="module")
def pair(house: House) -> tuple[Process, Process]:
    return house.start(), house.start()


@pytest.fixture(scope="module")
def visits(house: House) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = house.run("visits", "5")
    return made


@pytest.fixture
def visit(visits: list[dict[str, Any]]) -> dict[str, Any]:
    return visits.pop()


async def test_what_is_written_at_one_process_reaches_a_seat_at_the_other(
    pair: tuple[Process, Process], visit: dict[str, Any]
) -> None:
    here, there = (keys_of(visit, process.url) for process in pair)
    async with Device(here["learner"]) as amina, Device(there["patient"]) as rivera:
        await until_presence(amina, here["patient"].seat, "joined")
        await amina.append(entry(text="From here to there."))
        await rivera.until_text("From here to there.")
        await rivera.append(entry(text="And back."))
        await amina.until_text("And back.")


async def test_signals_and_passing_facts_cross_processes(pair: tuple[Process, Process], visit: dict[str, Any]) -> None:
    here, there = (keys_of(visit, process.url) for process in pair)
    async with Device(here["learner"]) as amina, Device(there["preceptor"]) as osei:
        wire = await amina.until_wired(here["preceptor"].seat)
        await osei.until_wired(here["learner"].seat)
        await amina.signal(here["preceptor"].seat, wire["link"], description=offer("sendrecv"))
        assert (await osei.until("signal"))["link"] == wire["link"]
        await osei.send({"t": "state", "data": {"mic": False}})
        assert (await amina.until("state"))["data"] == {"mic": False}
        await osei.send({"t": "beat", "q": "weak"})
        await until_presence(amina, here["preceptor"].seat, "weak")


async def test_a_page_that_changes_process_stays_joined(pair: tuple[Process, Process], visit: dict[str, Any]) -> None:
    here, there = (keys_of(visit, process.url) for process in pair)
    async with Device(here["learner"]) as amina, Device(here["patient"]) as half_open:
        async with Device(there["patient"], instance=half_open.instance) as rivera:
            assert await half_open.until_closed() is None
            await amina.append(entry(text="You moved."))
            await rivera.until_text("You moved.")
            await asyncio.sleep(1.5)
        states = [each["payload"]["state"] for each in amina.entries if each["kind"] == "presence"]
        assert "lost" not in states


async def test_any_process_answers_any_request_of_a_page_that_polls(
    pair: tuple[Process, Process], visit: dict[str, Any]
) -> None:
    here, there = (keys_of(visit, process.url) for process in pair)
    async with Device(here["learner"]) as amina, PollingDevice(here["preceptor"]) as osei:
        await osei.poll(wait=0.3)
        await osei.poll(wait=0.3, url=there["learner"].url)
        wire = await amina.until_wired(here["preceptor"].seat)
        await amina.signal(here["preceptor"].seat, wire["link"], description=offer("sendrecv"))
        await amina.append(entry(text="Wherever you ask."))
        found: list[str] = []
        for turn in range(6):
            await asyncio.sleep(0.2)
            frames = await osei.poll(wait=0.3, url=(here, there)[turn % 2]["learner"].url)
            found += [frame["t"] for frame in frames]
        assert found.count("signal") == 1
        assert osei.texts() == ["Wherever you ask."]


async def test_a_restart_in_order_does_not_mark_anyone_as_lost(house: House, visit: dict[str, Any]) -> None:
    process = house.start()
    keys = keys_of(visit, process.url)
    amina = Device(keys["learner"])
    await amina.open()
    await asyncio.to_thread(process.end, signal.SIGTERM)
    await amina.until_closed()
    process.start()
    await asyncio.to_thread(process.wait_ready)
    async with Device(keys["learner"], instance=amina.instance) as again:
        await again.append(entry(text="Where were we?"))
        await again.until_text("Where were we?")
        states = [each["payload"]["state"] for each in again.entries if each["kind"] == "presence"]
        assert states == ["joined"]
