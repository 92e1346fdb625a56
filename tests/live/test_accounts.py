"""An account's seat is held by the account: without its session the cookie opens nothing, and it ends with either."""

from __future__ import annotations

import asyncio
from typing import Any

from django.contrib.sessions.models import Session

from farward.encounters.live import background, presence
from farward.encounters.live.hub import the_hub
from farward.people.models import User
from tests.live.conftest import Visit, in_thread, session_of
from tests.live.device import Device, entry

#: What is promised; the look is every three seconds.
SECONDS = 5.0


async def goodbye_of(device: Device) -> dict[str, Any] | None:
    await presence.end_the_ended(the_hub())
    return await device.until_closed()


async def test_the_look_comes_often_enough() -> None:
    assert presence.ACCOUNT_SECONDS < SECONDS


async def test_the_seats_cookie_alone_opens_no_socket(visit: Visit) -> None:
    key = visit["learner"]
    key.session = ""
    device = Device(key)
    await device.connect()
    goodbye = await device.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "gone"


async def test_nor_does_it_with_the_session_of_somebody_else(visit: Visit, osei: User) -> None:
    key = visit["learner"]
    key.session = await in_thread(session_of)(osei)
    device = Device(key)
    await device.connect()
    goodbye = await device.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "gone"


async def test_a_patient_needs_no_session(visit: Visit) -> None:
    async with Device(visit["patient"]) as rivera:
        await rivera.append(entry(text="Here I am."))


async def test_a_session_that_ended_elsewhere_is_out_of_the_room(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["preceptor"]) as osei:
        # Behind everybody's back: no signal tells of it.
        await in_thread(Session.objects.filter(session_key=visit["learner"].session).delete)()
        goodbye = await goodbye_of(amina)
        assert goodbye is not None
        assert goodbye["code"] == "revoked"
        await osei.append(entry(text="Still here."))


async def test_an_account_closed_behind_everybodys_back_is_out_of_the_room(visit: Visit, amina: User) -> None:
    async with Device(visit["learner"]) as device:
        await in_thread(User.objects.filter(pk=amina.pk).update)(is_active=False)
        goodbye = await goodbye_of(device)
        assert goodbye is not None
        assert goodbye["code"] == "revoked"


async def test_a_closed_account_is_out_within_five_seconds_by_the_servers_own_upkeep(visit: Visit, amina: User) -> None:
    upkeep = background.Upkeep()
    upkeep.start()
    try:
        async with Device(visit["learner"]) as device:
            await in_thread(User.objects.filter(pk=amina.pk).update)(is_active=False)
            async with asyncio.timeout(SECONDS):
                assert await device.until_closed() is not None
    finally:
        await upkeep.stop()
