"""A device that is sent the room is recorded, over a socket and without one, before it is sent anything."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from farward.journal.ledgers import ledger_of
from farward.journal.queries import decode, read_entries
from farward.privacy.entries import Accessed
from farward.privacy.models import AccessRecord
from tests.live.conftest import Visit
from tests.live.device import Device, PollingDevice


@sync_to_async
def looks() -> list[tuple[Any, ...]]:
    found = AccessRecord.objects.filter(view="live").order_by("pk")
    return list(found.values_list("role", "what", "act", "encounter"))


@sync_to_async
def told(visit: Visit) -> Accessed:
    payload = decode(read_entries(journal_id=ledger_of(visit.encounter.pk))[0])
    assert isinstance(payload, Accessed)
    return payload


async def test_a_socket_is_recorded_with_its_address(visit: Visit) -> None:
    async with Device(visit["learner"]):
        assert await looks() == [("learner", "room", "read", visit.encounter.pk)]
        entry = await told(visit)
        assert (entry.seat, entry.address) == (visit["learner"].seat, "127.0.0.1")


async def test_a_device_without_sockets_is_recorded_too(visit: Visit) -> None:
    async with PollingDevice(visit["patient"]) as rivera:
        await rivera.poll(wait=0.1)
        await rivera.poll(wait=0.1)
        assert await looks() == [("patient", "room", "read", visit.encounter.pk)]


async def test_a_line_that_comes_and_goes_is_one_access(visit: Visit) -> None:
    for _time in range(3):
        async with Device(visit["learner"]):
            pass
    assert len(await looks()) == 1


async def test_what_cannot_be_recorded_is_not_sent(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.live.presence.record_room", _broken)
    rivera = Device(visit["patient"])
    await rivera.connect()
    await rivera.send({"t": "hello", "v": 1, "instance": str(rivera.instance), "after": 0})
    await rivera.until_closed()
    assert rivera.frames == []
    await rivera.close()


def _broken(*_args: object) -> None:
    raise DatabaseError
