"""What a device gets to keep for a week without a network: who may, what is in it, and under which key."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.models import Device, Encounter, Presence, Seat, Status
from farward.encounters.packs.files import modules_of
from farward.encounters.packs.lease import label_of, lease_for, owner_mark
from farward.encounters.packs.queries import offers_for
from farward.people.models import User
from farward.vault.keys import destroy_keys
from tests.encounters.support import join, seat_of
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def ask(client: Client, user: User | None, encounter: Encounter, role: str = "learner", **sent: Any) -> HttpResponse:
    if user is not None:
        client.force_login(user)
    response: Any = client.post(f"/s/{seat_of(encounter, role).pk}/pack", sent)
    return response  # type: ignore[no-any-return]


def contents(response: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.content)
    return found


# Who may


def test_staff_get_a_pack_of_their_own_coming_encounter_days_before_its_room_opens(
    client: Client, booked: Booker, amina: User, osei: User
) -> None:
    encounter = booked(starts_at=timezone.now() + timedelta(days=3))
    for user, role in ((amina, "learner"), (osei, "preceptor")):
        answer = ask(Client(), user, encounter, role)
        assert answer.status_code == 200
        assert answer.cookies["seat"]["path"] == f"/s/{seat_of(encounter, role).pk}/"


def test_a_stranger_another_role_and_somebody_elses_seat_get_nothing(
    client: Client, booked: Booker, amina: User, kofi: User, sam: User
) -> None:
    encounter = booked(extra=(SeatRequest(role="observer", user=sam),))
    assert ask(Client(), None, encounter).status_code == 302
    assert ask(Client(), kofi, encounter).status_code == 404
    assert ask(Client(), amina, encounter, "preceptor").status_code == 404
    assert ask(Client(), amina, encounter, "patient").status_code == 404
    assert ask(Client(), sam, encounter, "observer").status_code == 404
    client.force_login(amina)
    assert client.post(f"/s/{uuid4()}/pack").status_code == 404
    assert Device.objects.count() == 0


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED, Status.NO_SHOW])
def test_what_is_over_or_called_off_is_not_packed(client: Client, booked: Booker, amina: User, status: Status) -> None:
    encounter = booked()
    Encounter.objects.filter(pk=encounter.pk).update(status=status)
    assert ask(client, amina, encounter).status_code == 404


def test_whoever_was_taken_out_of_an_encounter_gets_no_pack(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    seat = seat_of(encounter, "learner")
    seat.removed_at = timezone.now()
    seat.save()
    assert ask(client, amina, encounter).status_code == 404
    assert offers_for(amina) == []


def test_reading_the_address_gives_nothing_away(client: Client, booked: Booker, amina: User) -> None:
    client.force_login(amina)
    assert client.get(f"/s/{seat_of(booked(), 'learner').pk}/pack").status_code == 405


# What is in it


def test_a_pack_holds_the_room_its_reason_and_every_file_that_it_loads_later(
    client: Client, booked: Booker, amina: User
) -> None:
    pack = contents(ask(client, amina, booked()))
    assert '<script id="lease"' in pack["html"]
    assert "Cough for three weeks" in json.dumps(pack["entries"])
    assert pack["cursor"] >= max(entry["seq"] for entry in pack["entries"])
    names = json.dumps(pack["files"])
    for part in ("js/note", "vendor/yjs", "js/capture", "js/room/clips", "js/offline"):
        assert part in names


def test_only_what_is_new_comes_again_and_a_number_that_is_none_is_refused_with_what_to_do(
    client: Client, booked: Booker, amina: User
) -> None:
    encounter = booked()
    first = contents(ask(client, amina, encounter))
    assert contents(ask(client, amina, encounter, after=first["cursor"]))["entries"] == []
    refused = ask(client, amina, encounter, after="many")
    assert refused.status_code == 400
    assert "Reload the page" in contents(refused)["message"]
    # Further than there is, and further than a database counts.
    assert contents(ask(client, amina, encounter, after="1" + "0" * 30))["cursor"] == first["cursor"]


def test_a_learner_is_packed_nothing_that_is_for_the_preceptors_alone(
    client: Client, booked: Booker, amina: User
) -> None:
    pack = contents(ask(client, amina, booked()))
    assert {entry["audience"] for entry in pack["entries"]} <= {"everyone", "room", "staff", "care"}


def test_packing_takes_the_seat_from_nobody_and_joins_nothing(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    join(seat_of(encounter, "learner"))
    first = seat_of(encounter, "learner").devices.get(revoked_at=None)
    assert ask(client, amina, encounter).status_code == 200
    first.refresh_from_db()
    assert first.revoked_at is None
    assert seat_of(encounter, "learner").presence == Presence.JOINED


def test_who_packs_on_another_device_goes_on_undisturbed_on_the_one_that_holds_the_seat(
    booked: Booker, amina: User
) -> None:
    encounter = booked()
    laptop, phone = Client(), Client()
    assert ask(laptop, amina, encounter).status_code == 200
    seat = join_where_packed(encounter)
    assert ask(phone, amina, encounter).status_code == 200
    page = f"/s/{seat.pk}/"
    assert laptop.get(page).status_code == 200
    assert phone.get(page)["Location"].endswith("lobby")
    laptop.post(f"{page}leave")
    seat.refresh_from_db()
    assert seat.presence == Presence.LEFT


def join_where_packed(encounter: Encounter) -> Seat:
    """Amina comes in on the one device that she has."""
    seat = seat_of(encounter, "learner")
    join(seat)
    assert seat.devices.count() == 1
    return seat


def test_a_device_that_packs_twice_stays_one_device(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    ask(client, amina, encounter)
    ask(client, amina, encounter)
    assert seat_of(encounter, "learner").devices.count() == 1


def test_a_colleague_at_the_same_computer_does_not_open_the_seat_of_whoever_was_there_before(
    client: Client, booked: Booker, amina: User, osei: User
) -> None:
    encounter = booked()
    seat = seat_of(encounter, "learner")
    assert ask(client, amina, encounter).status_code == 200
    pages = [f"/s/{seat.pk}/", f"/s/{seat.pk}/lobby", f"/s/{seat.pk}/note.bin", f"/s/{seat.pk}/summary/"]
    assert {client.get(page).status_code for page in pages} == {200}
    # Her session ends by itself, without signing out.
    del client.cookies["sessionid"]
    assert client.get(pages[0]).headers["Location"] == f"/accounts/login/?next=/s/{seat.pk}/lobby"
    assert client.get(pages[2]).status_code == 404
    client.force_login(osei)
    assert {client.get(page).status_code for page in pages} == {404}


def test_signing_out_ends_what_a_pack_gave(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    ask(client, amina, encounter)
    client.post("/accounts/logout/")
    assert seat_of(encounter, "learner").devices.filter(revoked_at=None).count() == 0


# Its key


def test_the_key_of_a_seat_is_the_same_each_time_and_each_seat_has_another(booked: Booker) -> None:
    encounter = booked()
    keys = []
    for role in ("learner", "learner", "preceptor", "patient"):
        lease = lease_for(seat_of(encounter, role))
        assert lease is not None
        keys.append(b64decode(lease["key"]))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert {len(key) for key in keys} == {32}


def test_with_the_content_erased_there_is_no_key_any_more(client: Client, booked: Booker, amina: User) -> None:
    encounter = booked()
    destroy_keys(encounter.pk)
    assert lease_for(seat_of(encounter, "learner")) is None
    assert ask(client, amina, encounter).status_code == 404


def test_a_lease_lasts_seven_days_and_names_nobody(booked: Booker, amina: User, osei: User) -> None:
    seat = seat_of(booked(), "learner")
    lease = lease_for(seat)
    assert lease is not None
    assert lease["seconds"] == 7 * 24 * 3600
    assert lease["owner"] == owner_mark(amina) != owner_mark(osei)
    assert amina.name not in label_of(seat)
    assert "Rivera" not in label_of(seat)


# What is offered


def test_the_first_page_offers_what_comes_within_seven_days_soonest_first(
    client: Client, booked: Booker, amina: User, kofi: User
) -> None:
    later = booked(starts_at=timezone.now() + timedelta(days=5))
    soon = booked()
    booked(starts_at=timezone.now() + timedelta(days=8))
    assert [offer.seat.encounter for offer in offers_for(amina)] == [soon, later]
    assert offers_for(kofi) == []
    client.force_login(amina)
    page = client.get("/").content.decode()
    assert page.count('data-bytes="') == 2
    assert f'data-owner="{owner_mark(amina)}"' in page


def test_every_module_that_the_room_can_load_is_found() -> None:
    modules = modules_of("js/room.js")
    assert {"js/journal.js", "js/note.js", "js/note_doc.js", "vendor/yjs.mjs", "js/room/clips.js"} <= set(modules)
    assert "js/room.js" not in modules
