"""Who is here is shown truthfully: joined, weak, lost, left; and who no longer holds a seat is cut off."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from farward.encounters.actions.booking import cancel_encounter
from farward.encounters.actions.devices import claim_seat
from farward.encounters.actions.invitations import revoke_invitation
from farward.encounters.actions.presence import sweep_stale
from farward.encounters.live import presence
from farward.encounters.live.hub import the_hub
from farward.encounters.live.session import Session
from farward.encounters.models import Invitation, Seat
from farward.people.models import User
from farward.privacy.texts import current_texts
from tests.encounters.support import bring_to
from tests.live.conftest import Visit, give_key, in_thread
from tests.live.device import Device, Frame, entry


def presence_of(room: Frame, seat: UUID) -> str:
    line: dict[str, Any] = next(line for line in room["seats"] if line["seat"] == str(seat))
    return str(line["presence"])


async def until_presence(device: Device, seat: UUID, state: str) -> None:
    await device.until_room(lambda room: presence_of(room, seat) == state)


async def test_a_seat_that_joins_is_shown_to_the_others(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        assert presence_of(amina.last("room"), visit["patient"].seat) == "away"
        async with Device(visit["patient"]):
            await until_presence(amina, visit["patient"].seat, "joined")


async def test_who_leaves_is_shown_as_left(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await rivera.send({"t": "leave"})
        assert await rivera.until_closed() is None
        await until_presence(amina, visit["patient"].seat, "left")


async def test_a_socket_that_closes_without_goodbye_is_shown_as_lost(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        async with Device(visit["patient"]):
            await until_presence(amina, visit["patient"].seat, "joined")
        await until_presence(amina, visit["patient"].seat, "lost")


async def test_a_half_open_socket_is_noticed_within_five_seconds(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"], mute=True) as rivera:
        await until_presence(amina, visit["patient"].seat, "joined")
        await rivera.send({"t": "beat"})
        silent = time.monotonic()
        rivera.vanish()
        await until_presence(amina, visit["patient"].seat, "lost")
        assert 4.5 < time.monotonic() - silent < 6.5


async def test_a_page_that_comes_straight_back_was_never_lost(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        rivera = Device(visit["patient"])
        await rivera.open()
        await until_presence(amina, visit["patient"].seat, "joined")
        await rivera.close()
        again = Device(visit["patient"], instance=rivera.instance)
        await again.open()
        await asyncio.sleep(presence.GRACE_SECONDS + 0.5)
        states = [each["payload"]["state"] for each in amina.entries if each["kind"] == "presence"]
        assert "lost" not in states
        await again.close()


async def test_the_same_page_on_a_new_socket_takes_the_place_of_its_old_one_silently(visit: Visit) -> None:
    page = uuid4()
    async with (
        Device(visit["patient"], instance=page) as half_open,
        Device(visit["patient"], instance=page) as rivera,
    ):
        assert await half_open.until_closed() is None
        await asyncio.sleep(presence.GRACE_SECONDS + 0.5)
        assert presence_of(rivera.last("room"), visit["patient"].seat) == "joined"


async def test_a_second_page_takes_the_seat_over_and_the_first_is_told(visit: Visit) -> None:
    async with Device(visit["patient"]) as first, Device(visit["patient"]) as second:
        goodbye = await first.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "taken_over"
        await second.append(entry(text="I am on my phone now."))
        await second.until_text("I am on my phone now.")
        assert presence_of(second.last("room"), visit["patient"].seat) == "joined"


async def test_a_weak_connection_is_shown_and_not_written(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await until_presence(amina, visit["patient"].seat, "joined")
        await rivera.send({"t": "beat", "q": "bad"})
        await until_presence(amina, visit["patient"].seat, "weak")
        await rivera.send({"t": "beat", "q": "good"})
        await until_presence(amina, visit["patient"].seat, "joined")
        assert [each["payload"]["state"] for each in amina.entries if each["kind"] == "presence"][-1] == "joined"


async def test_a_revoked_link_cuts_its_device_off(visit: Visit, kofi: User) -> None:
    async with Device(visit["patient"]) as rivera:
        invitation = await in_thread(Invitation.objects.get)(seat=visit["patient"].seat, revoked_at=None)
        await in_thread(revoke_invitation)(by=kofi, invitation=invitation)
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "revoked"


async def test_a_cancelled_encounter_ends_every_connection(visit: Visit, kofi: User) -> None:
    async with Device(visit["learner"]) as amina:
        await in_thread(cancel_encounter)(by=kofi, encounter=visit.encounter, reason="The clinic is closed.")
        goodbye = await amina.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "cancelled"


async def test_a_patient_whose_line_was_dead_at_the_close_still_hands_in_what_counts(visit: Visit) -> None:
    await in_thread(bring_to)(visit.encounter, "closed")
    text = current_texts("en")["stills"]
    no = {"purpose": "stills", "decision": "withdrawn", "text_version": text.version, "language": "en", "by": "self"}
    async with Device(visit["patient"]) as rivera:
        assert rivera.last("wiring")["peers"] == []
        ack = await rivera.append(entry(text="too late"), entry("consent", **no, subject=str(visit["patient"].seat)))
        assert [each["code"] for each in ack["refused"]] == ["journal_closed"]
        assert len(ack["accepted"]) == 1
        assert presence_of(rivera.last("room"), visit["patient"].seat) == "left"


async def test_a_seat_that_was_removed_gets_not_one_entry_more(visit: Visit) -> None:
    async with Device(visit["preceptor"]) as osei, Device(visit["patient"]) as rivera:
        await osei.append(
            entry("remove", "everyone", seat=str(visit["patient"].seat), reason="Wrong person"), entry(text="secret")
        )
        goodbye = await rivera.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "removed"
        assert "secret" not in rivera.texts()


async def test_leases_are_renewed_for_those_connected_and_run_out_for_the_rest(visit: Visit) -> None:
    async with Device(visit["patient"]):
        long_ago = timezone.now() - timedelta(minutes=5)
        await in_thread(Seat.objects.filter(pk=visit["patient"].seat).update)(seen_at=long_ago)
        await presence.keep_leases(the_hub())
        assert await in_thread(sweep_stale)(timezone.now() - presence.STALE_AFTER) == 0
        await in_thread(Seat.objects.filter(pk=visit["patient"].seat).update)(seen_at=long_ago)
        assert await in_thread(sweep_stale)(timezone.now() - presence.STALE_AFTER) == 1


async def test_a_second_device_holds_back_until_the_person_claims_the_seat_with_it(visit: Visit, kofi: User) -> None:
    async with Device(visit["patient"]) as old:
        seat = await in_thread(Seat.objects.select_related("encounter", "user").get)(pk=visit["patient"].seat)
        key = await in_thread(give_key)(seat, kofi, visit["patient"].url)
        early = Device(key)
        await early.connect()
        await early.send({"t": "hello", "v": 1, "instance": str(early.instance), "after": 0})
        goodbye = await early.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "held"
        await in_thread(claim_seat)(device_id=key.device)
        goodbye = await old.until_closed()
        assert goodbye is not None
        assert goodbye["code"] == "taken_over"
        async with Device(key) as new:
            assert presence_of(new.last("room"), key.seat) == "joined"


async def test_a_page_that_comes_back_is_not_weak_for_what_was_before(visit: Visit) -> None:
    async with Device(visit["learner"]) as amina:
        async with Device(visit["patient"]) as rivera:
            await rivera.send({"t": "beat", "q": "bad"})
            await until_presence(amina, visit["patient"].seat, "weak")
        async with Device(visit["patient"]):
            await until_presence(amina, visit["patient"].seat, "joined")


async def test_a_connection_that_breaks_inside_the_server_gives_its_seat_up(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with Device(visit["learner"]) as amina, Device(visit["patient"]) as rivera:
        await until_presence(amina, visit["patient"].seat, "joined")
        with monkeypatch.context() as patch:
            patch.setattr(Session, "handle", broken)
            await rivera.send({"t": "state", "data": {"mic": True}})
            await rivera.until_closed()
        await until_presence(amina, visit["patient"].seat, "lost")
        assert the_hub().find(visit.encounter.pk, visit["patient"].seat) is None
