"""The tower over HTTP: its page, one tap from room to room, a line to a learner, and who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Encounter, Presence, Seat, Stance
from farward.encounters.tower.queries import notes_waiting, tiles_for
from farward.journal.queries import read_entries
from farward.people.models import Site, User
from tests.encounters.support import bring_to, join, payloads, seat_of, send
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db(databases="__all__")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def go(client: Client, seat: Seat, stance: str = "listening") -> Any:
    """Tap a tile, and follow its one step to the seat's own path."""
    form = {"seat": str(seat.pk), "stance": stance}
    first = client.post("/tower/go", form)
    if first.status_code != 307:
        return first
    return client.post(first["Location"], form)


@pytest.fixture
def two(booked: Booker) -> tuple[Encounter, Encounter]:
    """Two encounters of Dr Osei in the interview, and Dr Osei is in the first."""
    first, second = booked(), booked()
    for encounter in (second, first):
        bring_to(encounter, "interview")
    Seat.objects.filter(encounter=second, role="preceptor").update(presence=Presence.LEFT, instance=None)
    return first, second


def test_the_tower_shows_running_and_coming_encounters_of_this_preceptor(
    booked: Booker, osei: User, two: tuple[Encounter, Encounter]
) -> None:
    soon = booked(starts_at=timezone.now() + timedelta(hours=3))
    booked(starts_at=timezone.now() + timedelta(days=3))
    bring_to(booked(), "closed")
    seats = {tile.seat for tile in tiles_for(osei)}
    assert seats == {str(seat_of(encounter, "preceptor").pk) for encounter in (*two, soon)}
    page = browser(osei).get("/tower/").content.decode()
    assert "Amina Yusuf" in page


def test_when_an_encounter_begins_is_told_in_the_time_of_its_site(booked: Booker, osei: User) -> None:
    soon = booked(starts_at=timezone.now() + timedelta(hours=3))
    there = timezone.localtime(soon.starts_at, ZoneInfo("Africa/Nairobi"))
    assert [tile.clock for tile in tiles_for(osei)] == [f"{there:%H:%M}"]
    Encounter.objects.filter(pk=soon.pk).update(status="live")
    assert [tile.clock for tile in tiles_for(osei)] == [""]


def test_a_tile_tells_hand_patient_and_connection(osei: User, two: tuple[Encounter, Encounter]) -> None:
    first, _second = two
    send(seat_of(first, "learner"), "hand", {"up": True})
    send(seat_of(first, "patient"), "link", {"quality": "bad"})
    tile = next(one for one in tiles_for(osei) if one.seat == str(seat_of(first, "preceptor").pk))
    assert (tile.phase, tile.link, tile.patient, tile.me) == ("interview", "bad", "here", "here")
    assert tile.hand > 0
    assert tiles_for(osei)[0] == tile


def test_the_preceptors_own_hand_is_no_call(osei: User, two: tuple[Encounter, Encounter]) -> None:
    send(seat_of(two[0], "preceptor"), "hand", {"up": True})
    assert all(tile.hand == 0 for tile in tiles_for(osei))


def test_one_tap_goes_over_and_leaves_the_first_room_in_a_defined_state(
    osei: User, two: tuple[Encounter, Encounter]
) -> None:
    first, second = two
    here, there = seat_of(first, "preceptor"), seat_of(second, "preceptor")
    send(here, "stance", {"stance": "listening"})
    send(here, "whisper", {"on": True})
    answer = go(browser(osei), there, "in")
    assert answer["Location"] == f"/s/{there.pk}/?stance=in"
    left = seat_of(first, "preceptor")
    assert (left.presence, left.stance, left.whispering, left.hand_since) == ("left", "away", False, None)
    assert [p.stance for p in payloads(first, "stance")] == ["listening", "away"]
    assert payloads(first, "presence")[-1].state == "left"
    assert seat_of(second, "preceptor").stance == Stance.IN


def test_the_tap_opens_the_room_itself_and_not_the_lobby(osei: User, two: tuple[Encounter, Encounter]) -> None:
    there = seat_of(two[1], "preceptor")
    client = browser(osei)
    answer = go(client, there)
    cookie = answer.cookies["seat"]
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == (f"/s/{there.pk}/", True, "Lax")
    assert client.get(answer["Location"]).status_code == 200


def test_going_back_and_forth_with_one_browser_needs_one_device_in_each_room(
    osei: User, two: tuple[Encounter, Encounter]
) -> None:
    client = browser(osei)
    there = seat_of(two[1], "preceptor")
    before = there.devices.count()
    token = go(client, there).cookies["seat"].value
    client.cookies["seat"] = token
    go(client, there)
    assert there.devices.count() == before + 1


def test_a_whisper_from_the_tower_listens_and_reaches_the_learner_only(
    osei: User, two: tuple[Encounter, Encounter]
) -> None:
    there = seat_of(two[1], "preceptor")
    answer = go(browser(osei), there, "whisper")
    assert answer["Location"].endswith("?stance=listening&whisper=1")
    seat = seat_of(two[1], "preceptor")
    assert (seat.stance, seat.whispering) == ("listening", True)
    entries = read_entries(journal_id=two[1].pk, kinds=["whisper"])
    assert [entry.audience for entry in entries] == ["care"]


def test_stepping_into_a_hallway_chooses_no_stance_for_the_interview_after_it(osei: User, booked: Booker) -> None:
    encounter = booked()
    bring_to(encounter, "hallway")
    seat = seat_of(encounter, "preceptor")
    Seat.objects.filter(pk=seat.pk).update(presence=Presence.LEFT, instance=None)
    go(browser(osei), seat, "in")
    assert seat_of(encounter, "preceptor").stance == Stance.AWAY


def test_a_seat_that_another_device_holds_is_asked_about_in_the_lobby(
    osei: User, two: tuple[Encounter, Encounter]
) -> None:
    there = seat_of(two[1], "preceptor")
    join(there)
    answer = go(browser(osei), there)
    assert answer["Location"].startswith(f"/s/{there.pk}/lobby")
    assert seat_of(two[0], "preceptor").presence == Presence.JOINED


def test_a_line_goes_to_the_learner_and_to_nobody_else(osei: User, two: tuple[Encounter, Encounter]) -> None:
    there = seat_of(two[1], "preceptor")
    answer = browser(osei).post("/tower/say", {"seat": str(there.pk), "text": "Ask about allergies"})
    assert answer.json() == {"sent": True}
    [entry] = read_entries(journal_id=two[1].pk, kinds=["message"])
    assert entry.audience == f"seat:{seat_of(two[1], 'learner').pk}"
    assert entry.author == f"seat:{there.pk}"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_line_is_not_sent(osei: User, two: tuple[Encounter, Encounter], text: str) -> None:
    there = seat_of(two[1], "preceptor")
    answer = browser(osei).post("/tower/say", {"seat": str(there.pk), "text": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_payload")


def test_only_the_preceptor_of_the_seat_goes_there_or_writes(
    two: tuple[Encounter, Encounter], amina: User, kofi: User, sam: User, site: Site
) -> None:
    there = seat_of(two[1], "preceptor")
    for user in (amina, kofi, sam, make_person("Dr Silva", site, "preceptor")):
        client = browser(user)
        assert go(client, there).status_code == 404
        assert client.post(f"/s/{there.pk}/step-in", {"stance": "in"}).status_code == 404
        assert client.post("/tower/say", {"seat": str(there.pk), "text": "x"}).status_code == 404
    assert payloads(two[1], "message") == []


def test_a_learner_cannot_use_the_tower_for_the_own_seat(two: tuple[Encounter, Encounter], amina: User) -> None:
    assert go(browser(amina), seat_of(two[0], "learner")).status_code == 404


def test_those_who_supervise_nothing_find_no_tower(amina: User, sam: User, kofi: User) -> None:
    for user in (amina, sam, kofi):
        assert browser(user).get("/tower/").status_code == 404
        assert browser(user).get("/tower/tiles.json").json() == {"t": "tiles", "tiles": []}
    assert Client().get("/tower/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("form", [{"seat": "x", "stance": "in"}, {"stance": "in"}, {}])
def test_a_tap_on_nothing_is_not_found(osei: User, form: dict[str, str]) -> None:
    assert browser(osei).post("/tower/go", form).status_code == 404


def test_an_unknown_stance_is_not_found(osei: User, two: tuple[Encounter, Encounter]) -> None:
    assert go(browser(osei), seat_of(two[1], "preceptor"), "shout").status_code == 404


def test_a_removed_preceptor_has_no_tile_and_no_way_in(osei: User, two: tuple[Encounter, Encounter]) -> None:
    there = seat_of(two[1], "preceptor")
    Seat.objects.filter(pk=there.pk).update(removed_at=timezone.now())
    assert str(there.pk) not in {tile.seat for tile in tiles_for(osei)}
    assert go(browser(osei), there).status_code == 404


def test_many_tiles_cost_the_same_few_queries(osei: User, booked: Booker, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        booked()
    with django_assert_max_num_queries(5):
        assert len(tiles_for(osei)) == 6


def test_notes_that_wait_for_a_signature_stand_on_the_tower(osei: User, booked: Booker) -> None:
    encounter = booked(extra=(SeatRequest(role="observer", name="Lena"),))
    note = dict.fromkeys(("subjective", "objective", "assessment", "plan"), "x")
    send(seat_of(encounter, "learner"), "note.submit", {"sections": note})
    assert notes_waiting(osei) == [(encounter, "Amina Yusuf")]
    assert f"/e/{encounter.pk}/note/" in browser(osei).get("/tower/").content.decode()
