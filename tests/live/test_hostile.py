"""What a page could send that no page of ours does: each has its defined end, and costs the others nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import msgspec
import pytest
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.entries import DeviceEnded, append_from_seat
from farward.encounters.live import frames, presence
from farward.encounters.live.frames import Bye, ByeCode, Description, SignalData
from farward.encounters.live.hub import the_hub
from farward.encounters.live.limits import Allowance, Bucket, _allowances
from farward.encounters.live.origins import seat_cookie
from farward.encounters.live.signalling import exceeds
from farward.encounters.models import Device as DeviceRow
from farward.privacy.texts import current_texts
from tests.encounters.support import agree
from tests.live.conftest import Visit, give_key, in_thread
from tests.live.device import Device, PollingDevice, SeatKey, entry

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

DEEP = "[" * 50_000 + "]" * 50_000
SEAT = str(uuid4())


@pytest.mark.parametrize(
    "read",
    [
        lambda: frames.decode_frame(f'{{"t":"signal","to":"{SEAT}","link":"a","data":{DEEP}}}'),
        lambda: frames.decode_frame(f'{{"t":"append","n":1,"entries":[{DEEP}]}}'),
        lambda: frames.decode_frame(f'{{"t":"more","after":{"9" * 10_000}}}'),
        lambda: frames.decode_post(f'{{"instance":"{SEAT}","frames":[{DEEP}]}}'.encode()),
        lambda: frames.decode_post(b'{"instance":"%s","frames":[{"t":"\xff"}]}' % SEAT.encode()),
        lambda: frames.decode_signal(msgspec.Raw(f'{{"candidate":{{"a":{DEEP}}}}}'.encode())),
    ],
)
def test_nesting_numbers_and_bytes_beyond_measure_are_a_bad_frame(read: Callable[[], object]) -> None:
    with pytest.raises(Bye) as caught:
        read()
    assert caught.value.code == ByeCode.BAD_FRAME


def test_a_frame_of_countless_entries_is_refused_before_any_is_judged() -> None:
    countless = '{"t":"append","n":1,"entries":[' + ",".join(["0"] * 400_000) + "]}"
    began = time.process_time()
    with pytest.raises(Bye):
        frames.decode_frame(countless)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "hidden",
    [
        "a=x\u2028a=inactive\r\n",
        "a=x\u0085a=inactive\r\n",
        "a=x\x0ba=inactive\r\n",
        "a=x\ra=inactive\r\n",
        " a=inactive\r\n",
        "a=inactive\r\na=sendrecv \r\n",
        "a=sendonly\r\na=inactive\r\n",
    ],
)
def test_no_trick_with_lines_makes_a_sending_line_look_silent(hidden: str) -> None:
    sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" + hidden
    assert exceeds(SignalData(pc="a", description=Description(type="offer", sdp=sdp)), send=[])


@pytest.mark.parametrize("other", ['prefs={"a": 1}', "a[b]=1", 'x="unclosed', "=x", "path=/", "bare", "y=\u00fc"])
def test_a_cookie_of_somebody_elses_does_not_hide_the_seats(other: str) -> None:
    for cookie in (f"{other}; seat=secret", f"seat=secret; {other}"):
        assert seat_cookie([(b"cookie", cookie.encode())]) == "secret"


async def test_a_bad_frame_over_a_socket_ends_with_a_goodbye(visit: Visit) -> None:
    async with Device(visit["patient"]) as rivera:
        assert rivera.socket is not None
        await rivera.socket.send(f'{{"t":"append","n":1,"entries":[{DEEP}]}}')
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "bad_frame"


async def test_bytes_that_are_no_text_are_passed_on_to_nobody(visit: Visit) -> None:
    async with PollingDevice(visit["patient"]) as rivera:
        body = b'{"instance":"%s","frames":[{"t":"signal","to":"%s","link":"a","data":{"x":"\xff"}}]}'
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                visit["patient"].path("frames"),
                headers={**visit["patient"].headers, "X-Farward": "1"},
                content=body % (str(rivera.instance).encode(), str(visit["learner"].seat).encode()),
            )
        assert [frame["code"] for frame in answer.json()["frames"]] == ["bad_frame"]


async def test_coming_back_does_not_fill_the_bucket_again(visit: Visit) -> None:
    async with Device(visit["patient"]) as rivera:
        for _ in range(320):
            await rivera.send({"t": "beat"})
        goodbye = await rivera.until_closed()
    assert goodbye is not None
    await asyncio.sleep(0.5)
    async with Device(visit["patient"], instance=rivera.instance, mute=True) as again:
        for _ in range(200):
            await again.send({"t": "beat"})
        goodbye = await again.until_closed()
    assert goodbye is not None
    assert goodbye["code"] == "bad_frame"


async def test_who_writes_without_an_end_fills_nobodys_line_and_loses_nothing(visit: Visit) -> None:
    seat = visit["patient"].seat
    _allowances[seat] = Allowance(written=Bucket(rate=20_000, burst=20_000))
    flood = [entry(text="x" * 3000) for _ in range(6)]
    async with Device(visit["patient"]) as rivera, Device(visit["learner"]) as amina:
        assert len((await rivera.append(*flood))["accepted"]) == 6
        more = [entry(text="y" * 3000) for _ in range(6)]
        refused = await rivera.append(*more)
        assert (refused["t"], refused["code"]) == ("refused", "slow_down")
        assert len((await amina.append(entry()))["accepted"]) == 1
        await asyncio.sleep(1.2)
        assert len((await rivera.append(*more))["accepted"]) == 6


async def test_a_device_whose_end_was_not_heard_yet_writes_nothing_more(visit: Visit) -> None:
    key = visit["patient"]
    async with Device(key) as rivera:
        await rivera.append(entry(text="Before."))
        # Behind everybody's back, as when the doorbell of the revocation is lost.
        await in_thread(DeviceRow.objects.filter(pk=key.device).update)(revoked_at=timezone.now())
        late = entry(text="After.")
        await rivera.send({"t": "append", "n": 99, "entries": [late]})
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "revoked"
    with pytest.raises(DeviceEnded):
        await in_thread(append_from_seat)(
            seat_id=key.seat, items=[msgspec.Raw(msgspec.json.encode(late))], device_id=key.device
        )


async def test_a_page_whose_device_was_ended_without_a_doorbell_is_cut_with_the_next_look(visit: Visit) -> None:
    key = visit["patient"]
    async with Device(key) as rivera:
        await in_thread(DeviceRow.objects.filter(pk=key.device).update)(revoked_at=timezone.now())
        await presence.end_the_ended(the_hub())
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "revoked"


async def test_an_observer_hears_nothing_more_of_the_patient_once_consent_is_withdrawn(
    server_url: str, booked: Booker, kofi: User
) -> None:
    def make() -> dict[str, SeatKey]:
        encounter = booked(kind="clinic", extra=(SeatRequest(role="observer", name="Jo"),))
        agree(encounter, "observers")
        seats = encounter.seats.select_related("user", "encounter")
        return {seat.role: give_key(seat, kofi, server_url) for seat in seats}

    keys = await in_thread(make)()
    text = current_texts("en")["observers"]
    no = {"purpose": "observers", "decision": "withdrawn", "text_version": text.version, "language": text.language}
    async with Device(keys["observer"]) as jo, Device(keys["patient"]) as rivera:
        await rivera.append(entry(text="It began on Monday."))
        await jo.until_text("It began on Monday.")
        await rivera.append(entry("consent", "room", **no, by="self", subject=str(keys["patient"].seat)))
        await rivera.append(entry(text="This is for you alone."))
        async with Device(keys["learner"]) as amina:
            await amina.append(entry(text="Let us talk.", audience="staff"))
            await jo.until_text("Let us talk.")
        assert jo.texts() == ["It began on Monday.", "Let us talk."]
