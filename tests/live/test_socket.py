"""The WebSocket of a seat: hello, append and resume."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from django.db import OperationalError
from websockets.exceptions import InvalidStatus

from farward.encounters.live import doorbell, reading, session
from tests.live.conftest import Visit
from tests.live.device import Device, entry


async def test_what_one_seat_writes_reaches_the_others(visit: Visit) -> None:
    async with (
        Device(visit["learner"]) as amina,
        Device(visit["patient"]) as rivera,
        Device(visit["preceptor"]) as osei,
    ):
        written = entry(text="Good morning, Ms Rivera.")
        ack = await amina.append(written)
        assert [each[0] for each in ack["accepted"]] == [written["id"]]
        for device in (rivera, osei, amina):
            assert (await device.until_text("Good morning, Ms Rivera."))["id"] == written["id"]


async def test_hello_is_answered_with_the_clock_the_room_and_the_wiring(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        assert amina.kinds[:3] == ["welcome", "room", "wiring"]
        assert amina.last("room")["me"]["seat"] == str(visit["learner"].seat)


async def test_a_seat_gets_nothing_that_is_not_for_it(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await amina.append(entry(audience="care", text="I think of pneumonia."), entry(text="One moment, please."))
        await rivera.until_text("One moment, please.")
        assert rivera.texts() == ["One moment, please."]
        own = f"seat:{visit['patient'].seat}"
        assert {each["audience"] for each in rivera.entries if each["author"] != own} <= {"everyone", "room"}


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(visit: Visit) -> None:
    rivera = Device(visit["patient"])
    async with Device(visit["learner"]) as amina:
        async with rivera:
            await amina.append(entry(text="one"))
            await rivera.until_text("one")
            cursor = rivera.last("entries")["cursor"]
        await amina.append(entry(text="two"), entry(text="three"))
        again = Device(visit["patient"], instance=rivera.instance)
        await again.open(after=cursor)
        await again.until_text("three")
        assert again.texts() == ["two", "three"]
        await again.close()


async def test_an_entry_sent_twice_is_in_the_journal_once(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        written = entry(text="Did that arrive?")
        first = await amina.append(written)
        second = await amina.append(written)
        assert first["accepted"] == second["accepted"]
        await amina.append(entry(text="end"))
        await amina.until_text("end")
        assert amina.texts() == ["Did that arrive?", "end"]


async def test_the_good_entries_of_a_batch_land_beside_a_bad_one(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        ack = await amina.append(entry(text="good"), entry(kind="no.such.kind"), entry(text="also good"))
        assert len(ack["accepted"]) == 2
        assert [(each["index"], each["code"]) for each in ack["refused"]] == [(1, "unknown_kind")]


async def test_who_catches_up_gets_pages_and_asks_for_each(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_ENTRIES", 10)
    async with Device(visit["learner"]) as amina:
        await amina.append(*[entry(text=str(number)) for number in range(25)])
        async with Device(visit["patient"]) as rivera:
            await rivera.until("entries")
            await asyncio.sleep(0.2)
            assert rivera.kinds.count("entries") == 1
            while rivera.last("entries")["more"]:
                page = rivera.last("entries")
                await rivera.send({"t": "more", "after": page["cursor"]})
                await rivera.until("entries", lambda frame, page=page: frame["after"] == page["cursor"])  # type: ignore[misc]
            assert rivera.texts() == [str(number) for number in range(25)]


async def test_a_burst_of_doorbells_leads_to_few_looks(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    look = reading.look

    def counted(*arguments: object) -> reading.Look:
        nonlocal looks
        looks += 1
        return look(*arguments)  # type: ignore[arg-type]

    async with Device(visit["learner"]):
        monkeypatch.setattr("farward.encounters.live.room.look", counted)
        for _ in range(200):
            doorbell.ring(visit.encounter.pk, 1)
        await asyncio.sleep(0.5)
        assert 1 <= looks <= 20


async def test_a_write_that_fails_acknowledges_nothing_and_the_connection_goes_on(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    async with Device(visit["learner"]) as amina:
        written = entry(text="Breathe in.")
        with monkeypatch.context() as broken:
            broken.setattr(session, "append_from_seat", locked)
            answer = await amina.append(written)
            assert (answer["t"], answer["what"], answer["code"]) == ("refused", "append", "unavailable")
        ack = await amina.append(written)
        assert [each[0] for each in ack["accepted"]] == [written["id"]]


async def test_a_lost_doorbell_is_made_good_by_the_next_look(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from farward.encounters.live.hub import the_hub

    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await asyncio.sleep(0.3)
        with monkeypatch.context() as broken:
            broken.setattr(doorbell, "ring", lambda *_: None)
            await amina.append(entry(text="Can you hear me?"))
            await asyncio.sleep(0.3)
            assert rivera.texts() == []
        await the_hub().ring_all()
        await rivera.until_text("Can you hear me?")


async def test_frames_are_compressed_on_the_way(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        assert amina.socket is not None
        assert [extension.name for extension in amina.socket.protocol.extensions] == ["permessage-deflate"]


async def test_a_socket_without_the_seats_cookie_is_turned_away(visit: Visit) -> None:
    visit["learner"].cookie = ""
    with pytest.raises(InvalidStatus, match="403"):
        await Device(visit["learner"]).connect()


async def test_a_socket_from_another_site_is_turned_away(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.live.consumer.is_own_origin", lambda headers: False)
    with pytest.raises(InvalidStatus, match="403"):
        await Device(visit["learner"]).connect()


async def test_a_cookie_of_another_seat_opens_nothing(visit: Visit) -> None:
    visit["learner"].cookie = visit["patient"].cookie
    device = Device(visit["learner"])
    await device.connect()
    goodbye = await device.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "gone"
    assert device.kinds == ["bye"]


async def test_a_page_that_does_not_say_hello_is_told_so_and_cut(visit: Visit) -> None:
    device = Device(visit["learner"])
    await device.connect()
    await device.send({"t": "append", "n": 1, "entries": []})
    goodbye = await device.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "bad_frame"


async def test_a_frame_that_makes_no_sense_ends_the_connection_with_a_reason(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        await amina.send({"t": "teleport"})
        goodbye = await amina.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "bad_frame"
        assert "teleport" in goodbye["message"]


async def test_a_page_of_another_version_is_told_to_reload(visit: Visit) -> None:
    device = Device(visit["learner"])
    await device.connect()
    await device.send({"t": "hello", "v": 2, "instance": str(uuid4()), "after": 0})
    goodbye = await device.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "bad_frame"
    assert "Reload" in goodbye["message"]


async def test_a_flood_of_frames_ends_the_connection_and_not_the_server(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        for _ in range(500):
            await rivera.send({"t": "beat"})
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "bad_frame"
        await amina.append(entry(text="Still here."))
        await amina.until_text("Still here.")
