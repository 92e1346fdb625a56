"""What a process does by itself, and how it goes on without its broker or its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer
from django.db import OperationalError

from farward.encounters.live import background, presence
from farward.encounters.live.background import Upkeep
from farward.encounters.live.hub import Hub, the_hub
from tests.live.conftest import Visit
from tests.live.device import Device, entry


@pytest_asyncio.fixture
async def upkeep(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Upkeep]:
    for name in ("LOOK_SECONDS", "CHECKPOINT_SECONDS"):
        monkeypatch.setattr(background, name, 3600.0)
    made = Upkeep()
    yield made
    await made.stop()


async def test_upkeep_that_fails_is_tried_again(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Hub] = []
    twice = asyncio.Event()

    async def keep_leases(hub: Hub) -> None:
        tries.append(hub)
        if len(tries) == 1:
            raise OperationalError("database is locked")
        twice.set()

    monkeypatch.setattr(presence, "LEASE_SECONDS", 0.01)
    monkeypatch.setattr(presence, "keep_leases", keep_leases)
    upkeep.start()
    upkeep.start()
    await asyncio.wait_for(twice.wait(), 5)


async def test_a_stopped_upkeep_leaves_no_task_behind(upkeep: Upkeep) -> None:
    before = asyncio.all_tasks()
    upkeep.start()
    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() != before
    await upkeep.stop()
    assert asyncio.all_tasks() == before


async def test_without_a_broker_entries_are_written_and_the_next_look_brings_them(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> None:
        raise ConnectionError("no broker")

    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await asyncio.sleep(0.3)
        monkeypatch.setattr(get_channel_layer(), "group_send", unreachable)
        ack = await amina.append(entry(text="The bell is broken."))
        assert len(ack["accepted"]) == 1
        await the_hub().ring_all()
        await rivera.until_text("The bell is broken.")


async def test_a_process_that_could_not_listen_listens_once_the_broker_is_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> None:
        raise ConnectionError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(get_channel_layer(), "group_add", unreachable)
        amina, rivera = Device(visit["learner"]), Device(visit["patient"])
        await amina.open()
        await rivera.open()
    await the_hub().ring_all()
    await amina.append(entry(text="I hear the bell again."))
    await rivera.until_text("I hear the bell again.")
    await amina.close()
    await rivera.close()
