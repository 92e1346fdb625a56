"""The help desk sees the fault and not the patient."""

from __future__ import annotations

import msgspec
import pytest
import uuid_utils.compat
from django.test import Client
from django.utils import timezone

from farward.encounters.actions.entries import append_from_seat
from farward.encounters.models import Encounter, Phase, Presence, Seat, SeatRole, Status
from farward.encounters.pseudonyms import pseudonym
from farward.encounters.rules import reader_of
from farward.journal.queries import read_entries
from farward.people.models import Membership, Site, User
from farward.web import help_desk
from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(booked: Booker) -> Encounter:
    encounter = booked()
    Encounter.objects.filter(pk=encounter.pk).update(status=Status.LIVE, phase=Phase.INTERVIEW)
    Seat.objects.filter(encounter=encounter).update(presence=Presence.JOINED)
    encounter.refresh_from_db()
    return encounter


def call_help(encounter: Encounter, role: str = SeatRole.LEARNER, text: str = "Ms Rivera cannot hear us") -> None:
    entry = {
        "id": str(uuid_utils.compat.uuid7()),
        "kind": "help",
        "audience": "everyone",
        "at": timezone.now(),
        "payload": {"text": text},
    }
    seat = encounter.seats.get(role=role)
    result = append_from_seat(seat_id=seat.pk, items=[msgspec.Raw(msgspec.json.encode(entry))])
    assert result.refused == []


@pytest.fixture
def desk(client: Client, support: User) -> Client:
    client.force_login(support)
    return client


def test_a_call_shows_role_phase_and_short_name_and_nothing_of_the_patient(desk: Client, live: Encounter) -> None:
    call_help(live)
    page = desk.get("/help/").content.decode()
    assert pseudonym(live.pk) in page
    assert "Learner calls" in page
    assert "Interview" in page
    for secret in ("Rivera", "Amina", "Osei", "Cough"):
        assert secret not in page


def test_an_answer_is_seen_by_everyone_in_the_room(desk: Client, live: Encounter, support: User) -> None:
    call_help(live)
    desk.post(f"/help/{live.pk}/answer", {"state": "answered"})
    for seat in live.seats.all():
        answers = read_entries(journal_id=live.pk, kinds=("help.answer",), reader=reader_of(seat))
        assert [msgspec.json.decode(answer.payload)["state"] for answer in answers] == ["answered"]
        assert answers[0].author == f"user:{support.pk}"


def test_a_call_goes_from_open_to_taken_to_solved(live: Encounter, support: User) -> None:
    call_help(live)
    states = [help_desk.open_calls(support)[0].state]
    help_desk.answer_call(by=support, encounter_id=live.pk, state="answered")
    states.append(help_desk.open_calls(support)[0].state)
    help_desk.answer_call(by=support, encounter_id=live.pk, state="solved")
    assert states == ["open", "answered"]
    assert help_desk.open_calls(support) == []


def test_a_second_call_after_an_answer_is_open_again(live: Encounter, support: User) -> None:
    call_help(live)
    help_desk.answer_call(by=support, encounter_id=live.pk, state="solved")
    call_help(live, SeatRole.PATIENT)
    call = help_desk.open_calls(support)[0]
    assert (call.role, call.state) == ("Patient", "open")


def test_two_helpers_do_not_take_the_same_call(live: Encounter, support: User, administrator: User) -> None:
    call_help(live)
    help_desk.answer_call(by=support, encounter_id=live.pk, state="answered")
    with pytest.raises(help_desk.HelpRefused, match="on it already"):
        help_desk.answer_call(by=administrator, encounter_id=live.pk, state="answered")


def test_without_a_call_there_is_nothing_to_answer(desk: Client, live: Encounter) -> None:
    answer = desk.post(f"/help/{live.pk}/answer", {"state": "solved"}, follow=True)
    assert "calling for help any more" in answer.content.decode()
    assert not read_entries(journal_id=live.pk, kinds=("help.answer",))


def test_an_answer_of_another_shape_is_refused(desk: Client, live: Encounter) -> None:
    call_help(live)
    assert desk.post(f"/help/{live.pk}/answer", {"state": "ignored"}).status_code == 404


def test_support_of_another_site_sees_nothing_of_this_one(live: Encounter, support: User, other_site: Site) -> None:
    call_help(live)
    Membership.objects.filter(user=support).update(site=other_site)
    assert help_desk.rooms(support) == []


def test_calls_come_before_quiet_visits(support: User, live: Encounter, booked: Booker) -> None:
    for _more in range(3):
        other = booked()
        Encounter.objects.filter(pk=other.pk).update(status=Status.LIVE)
    call_help(live)
    assert [bool(room.call) for room in help_desk.rooms(support)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("presence", "quality", "shown"),
    [("joined", "good", "good"), ("joined", "weak", "weak"), ("joined", "bad", "bad"), ("lost", "good", "lost")],
)
def test_the_weakest_connection_of_a_visit_is_shown(
    live: Encounter, support: User, presence: str, quality: str, shown: str
) -> None:
    live.seats.filter(role=SeatRole.PATIENT).update(presence=presence, link_quality=quality)
    assert help_desk.rooms(support)[0].weakest == shown


def test_the_list_alone_can_be_fetched_for_renewing(desk: Client, live: Encounter) -> None:
    part = desk.get("/help/?part").content.decode()
    assert pseudonym(live.pk) in part
    assert "<html" not in part


def test_two_hundred_encounters_seldom_share_a_pseudonym() -> None:
    assert len({pseudonym(uuid_utils.compat.uuid7()) for _each in range(200)}) > 190


def test_people_of_a_visit_read_the_name_under_which_the_desk_knows_it(
    client: Client, amina: User, live: Encounter
) -> None:
    client.force_login(amina)
    assert pseudonym(live.pk) in client.get(f"/e/{live.pk}/").content.decode()
    entered = client.post(client.post(f"/e/{live.pk}/enter")["Location"])
    room = client.get(entered["Location"].removesuffix("lobby"))
    assert pseudonym(live.pk) in room.content.decode()
