"""Requests that are small to send and dear to take: too large, packed, deep, countless, endless, slow.

Also: test_hostile.py in tests/live, tests/recordings and tests/note, tests/web/test_body_limit.py,
tests/live/test_pressure.py. A slow head of a request is the proxy's to end: docs/security.md.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest
from django.test import Client

from farward.encounters.live import consumer
from farward.encounters.models import Capture
from tests.captures.test_captures import JPEG, device_of, put
from tests.encounters.support import new_id, seat_of
from tests.live.device import Device

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker
    from tests.live.conftest import Visit
    from tests.policy.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

ZEROES = gzip.compress(b"0" * 50_000_000)


def test_a_packed_body_is_never_unpacked(client: Client) -> None:
    for packed, name in ((ZEROES, "gzip"), (zlib.compress(b"0" * 50_000_000), "deflate")):
        began = time.process_time()
        answer = client.post("/j", packed, content_type="application/json", headers={"Content-Encoding": name})
        assert answer.status_code == 404
        assert time.process_time() - began < 1


def test_a_form_of_countless_fields_is_refused(kofi: User, client: Client) -> None:
    client.force_login(kofi)
    body = "&".join(f"f{n}=1" for n in range(2000))
    assert client.post("/e/new", body, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_file_where_none_is_wanted_is_not_kept(kofi: User, client: Client) -> None:
    from io import BytesIO

    client.force_login(kofi)
    answer = client.post("/e/new", {"kind": "clinic", "brief": BytesIO(b"x" * 1_000_000)})
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"PK\x03\x04", b"%PDF-1.7", b"<html>"],
)
def test_what_is_no_picture_is_not_taken_for_one(data: bytes, booked: Booker, world: World) -> None:
    learner = seat_of(world.encounter, "learner")
    before = Capture.objects.count()
    answer = put(device_of(learner), learner, new_id(), data + b" " * 100)
    assert answer.status_code == 415
    assert Capture.objects.count() == before


def test_a_picture_that_is_huge_when_unpacked_costs_the_server_nothing(world: World) -> None:
    """It keeps bytes and unpacks none: 40,000 pixels a side are the reader's browser's to refuse."""
    learner = seat_of(world.encounter, "learner")
    bomb = JPEG[:4] + b"\xff\xc0\x00\x11\x08\x9c\x40\x9c\x40\x03" + b"\x00" * 64
    began = time.process_time()
    assert put(device_of(learner), learner, new_id(), bomb).status_code in {200, 415}
    assert time.process_time() - began < 1


async def test_a_packed_frame_larger_than_a_frame_may_be_ends_the_socket(visit: Visit) -> None:
    async with Device(visit["patient"]) as rivera, Device(visit["learner"]) as amina:
        assert rivera.socket is not None
        await rivera.socket.send(json.dumps({"t": "state", "data": {"x": "0" * 3_000_000}}))
        await rivera.until_closed()
        await amina.send({"t": "beat"})
        await amina.until("beat")


async def test_who_opens_a_socket_and_says_nothing_is_cut(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.3)
    silent = Device(visit["patient"], mute=True)
    await silent.connect()
    await silent.until_closed()
    assert silent.kinds == []


async def test_a_body_that_drips_holds_up_nobody(visit: Visit) -> None:
    async def drip() -> None:
        async def slowly() -> object:
            for _ in range(50):
                yield b"["
                await asyncio.sleep(0.1)

        async with httpx.AsyncClient() as client:
            headers = {**visit["patient"].headers, "X-Farward": "1"}
            await client.post(visit["patient"].path("frames"), headers=headers, content=slowly())  # type: ignore[arg-type]

    dripping = [asyncio.create_task(drip()) for _ in range(20)]
    async with httpx.AsyncClient() as client:
        for _ in range(5):
            assert (
                await client.get(visit["learner"].path("ping"), headers=visit["learner"].headers)
            ).status_code == 200
    for task in dripping:
        task.cancel()
    await asyncio.gather(*dripping, return_exceptions=True)
