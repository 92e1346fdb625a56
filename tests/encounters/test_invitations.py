"""Links: who gives them out, what opens them, and every way in which they must not open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from farward.encounters.actions.booking import cancel_encounter
from farward.encounters.actions.devices import device_is_current, seat_for
from farward.encounters.actions.invitations import (
    MAX_WAITING,
    TRIES_PER_LINK,
    Issued,
    Redeemed,
    issue_invitation,
    redeem_invitation,
    revoke_invitation,
)
from farward.encounters.errors import LinkRefused, NotAllowed
from farward.encounters.models import Device, Encounter, Invitation

from .support import bring_to, join_all, move, new_id, parts_of, payloads, redeem, seat_of

if TYPE_CHECKING:
    from django.conf import LazySettings

    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    return booked()


@pytest.fixture
def issued(encounter: Encounter, kofi: User) -> Issued:
    """Ms Rivera's link."""
    return issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))


def refused_code(issued: Issued, **changes: Any) -> str:
    with pytest.raises(LinkRefused) as error:
        redeem(issued, **changes)
    assert error.value.message
    return error.value.code


def test_the_link_carries_its_secret_after_the_hash_and_nothing_of_the_patient(
    issued: Issued, settings: LazySettings
) -> None:
    before, after = issued.url.split("#")
    assert before == f"{settings.FARWARD_URL}/j"
    link_id, token = after.split(".")
    assert link_id == issued.invitation.pk.hex
    assert len(token) >= 43
    assert "rivera" not in issued.url.lower()


def test_only_the_hash_of_the_token_is_kept(issued: Issued) -> None:
    _link_id, token = parts_of(issued)
    stored = bytes(Invitation.objects.get().token_hash)
    assert len(stored) == 32
    assert token.encode() not in stored


def test_the_first_browser_holds_the_seat_and_its_cookie_opens_it(issued: Issued) -> None:
    opened = redeem(issued)
    assert not opened.waiting
    held = seat_for(opened.seat.pk, opened.token)
    assert held is not None
    assert (held.device.pk, held.seat.role, held.waiting) == (opened.device.pk, "patient", False)


def test_a_link_used_twice_lets_the_second_browser_wait(issued: Issued) -> None:
    first, second = redeem(issued), redeem(issued, label="Somebody else's phone")
    assert second.waiting
    assert second.token != first.token
    assert not device_is_current(second.device.pk)
    assert [(p.act, p.label) for p in payloads(first.seat.encounter, "device")] == [
        ("admitted", "Chrome on Android"),
        ("waiting", "Somebody else's phone"),
    ]


def test_the_same_browser_simply_comes_back(issued: Issued) -> None:
    first = redeem(issued)
    again = redeem(issued, held_token=first.token)
    assert (again.device.pk, again.token, again.waiting) == (first.device.pk, first.token, False)
    assert Device.objects.count() == 1


def test_a_waiting_browser_that_comes_back_still_waits(issued: Issued) -> None:
    redeem(issued)
    second = redeem(issued)
    assert redeem(issued, held_token=second.token).waiting
    assert Device.objects.count() == 2


def test_a_forged_cookie_does_not_pass_for_the_first_browser(issued: Issued) -> None:
    redeem(issued)
    assert redeem(issued, held_token="x" * 43).waiting


def test_the_cookie_of_another_seat_opens_nothing(issued: Issued, booked: Booker, kofi: User) -> None:
    other = seat_of(booked(starts_at=timezone.now() + timedelta(hours=1)), "patient")
    stranger = redeem(issue_invitation(by=kofi, seat=other))
    assert seat_for(issued.invitation.seat_id, stranger.token) is None
    redeem(issued)
    assert redeem(issued, held_token=stranger.token).waiting


def test_unknown_link_wrong_token_and_nonsense_look_alike(issued: Issued) -> None:
    answers = set()
    for changes in ({"link_id": new_id().hex}, {"token": "x" * 43}, {"link_id": "nonsense"}, {"token": "\ud800é"}):
        with pytest.raises(LinkRefused) as error:
            redeem(issued, **changes)
        answers.add((error.value.code, error.value.message))
    assert len(answers) == 1
    assert answers.pop()[0] == "unknown"
    assert not Device.objects.exists()


@pytest.mark.parametrize("state", ["early", "expired", "revoked", "cancelled"])
def test_of_a_dead_link_nothing_is_learned_without_the_token(state: str, issued: Issued, kofi: User) -> None:
    now = timezone.now()
    past, future = now - timedelta(days=2), now + timedelta(days=2)
    Invitation.objects.update(
        **{
            "early": {"opens_at": future},
            "expired": {"expires_at": past},
            "revoked": {"revoked_at": now},
            "cancelled": {},
        }[state]
    )
    if state == "cancelled":
        cancel_encounter(by=kofi, encounter=issued.invitation.seat.encounter)
    assert refused_code(issued, token="x" * 43) == "unknown"
    assert refused_code(issued) == state


def test_an_early_link_says_when_it_opens_in_the_sites_own_time(issued: Issued) -> None:
    opens = timezone.now().replace(year=2027, month=3, day=1, hour=9, minute=0)
    Invitation.objects.update(opens_at=opens, expires_at=opens + timedelta(days=1))
    with pytest.raises(LinkRefused, match="01 March 2027, 12:00"):
        redeem(issued)


def test_a_closed_visit_has_no_open_link(issued: Issued, booked: Booker) -> None:
    encounter = issued.invitation.seat.encounter
    bring_to(encounter, "wrap_up")
    assert move(seat_of(encounter, "preceptor"), "closed") == "ok"
    assert refused_code(issued) == "expired"


@pytest.fixture
def over(issued: Issued) -> Redeemed:
    """Ms Rivera came by her link, and the visit is closed."""
    opened = redeem(issued)
    encounter = issued.invitation.seat.encounter
    bring_to(encounter, "closed")
    return opened


def test_after_the_visit_the_device_that_held_the_seat_comes_back_to_what_stays(issued: Issued, over: Redeemed) -> None:
    again = redeem(issued, held_token=over.token)
    assert (again.device.pk, again.token, again.waiting, again.over) == (over.device.pk, over.token, False, True)
    assert Device.objects.filter(seat=over.seat).count() == 1


def test_a_link_that_ended_by_the_clock_leads_its_device_back_while_the_visit_overruns(issued: Issued) -> None:
    opened = redeem(issued)
    join_all(issued.invitation.seat.encounter)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert not redeem(issued, held_token=opened.token).over
    assert refused_code(issued) == "expired"


def test_after_the_visit_no_other_browser_comes_back_by_the_link(issued: Issued, booked: Booker, kofi: User) -> None:
    first, waiting = redeem(issued), redeem(issued)
    other = seat_of(booked(starts_at=timezone.now() + timedelta(hours=1)), "patient")
    stranger = redeem(issue_invitation(by=kofi, seat=other))
    bring_to(first.seat.encounter, "closed")
    for held in (None, "", "x" * 43, waiting.token, stranger.token):
        assert refused_code(issued, held_token=held) == "expired"


@pytest.mark.parametrize("state", ["revoked", "removed", "cancelled", "device"])
def test_after_the_visit_who_was_shut_out_stays_out(state: str, issued: Issued, over: Redeemed) -> None:
    now, seat = timezone.now(), over.seat
    if state == "revoked":
        Invitation.objects.update(revoked_at=now)
    elif state == "removed":
        seat.encounter.seats.update(removed_at=now)
    elif state == "cancelled":
        Encounter.objects.update(status="cancelled")
    else:
        Device.objects.update(revoked_at=now)
    code = {"removed": "revoked", "device": "expired"}.get(state, state)
    assert refused_code(issued, held_token=over.token) == code


def test_a_new_link_ends_the_one_before_but_not_who_came_by_it(issued: Issued, kofi: User) -> None:
    first = redeem(issued)
    again = issue_invitation(by=kofi, seat=issued.invitation.seat)
    assert refused_code(issued) == "revoked"
    assert device_is_current(first.device.pk)
    assert not redeem(again).waiting


def test_revoking_a_link_ends_every_device_that_came_by_it(issued: Issued, kofi: User) -> None:
    opened = redeem(issued)
    revoke_invitation(by=kofi, invitation=issued.invitation)
    assert refused_code(issued) == "revoked"
    assert seat_for(opened.seat.pk, opened.token) is None
    assert not device_is_current(opened.device.pk)


def test_the_link_of_a_removed_seat_opens_nothing(issued: Issued) -> None:
    from .support import code_of, join, send

    encounter = issued.invitation.seat.encounter
    preceptor, patient = seat_of(encounter, "preceptor"), seat_of(encounter, "patient")
    join(preceptor)
    assert code_of(send(preceptor, "remove", {"seat": str(patient.pk)})) == "ok"
    assert refused_code(issued) == "revoked"


@pytest.mark.parametrize("who", ["amina", "osei", "kofi", "sam"])
def test_an_account_that_is_signed_in_cannot_take_a_patients_seat(
    who: str, issued: Issued, request: pytest.FixtureRequest
) -> None:
    assert refused_code(issued, user=request.getfixturevalue(who)) == "staff_session"
    assert not Device.objects.exists()


def test_an_account_may_use_the_link_to_its_own_seat(encounter: Encounter, kofi: User, amina: User, osei: User) -> None:
    link = issue_invitation(by=kofi, seat=seat_of(encounter, "learner"))
    with pytest.raises(LinkRefused):
        redeem(link, user=osei)
    assert redeem(link, user=amina).seat.user == amina


def test_too_many_wrong_tries_at_one_link_are_slowed_down_and_the_right_one_opens(issued: Issued) -> None:
    for _try in range(TRIES_PER_LINK):
        assert refused_code(issued, token="x" * 43) == "unknown"
    assert refused_code(issued, token="x" * 43) == "slow_down"
    assert not redeem(issued).waiting


def test_too_many_wrong_tries_from_one_address_shut_nobody_out(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farward.encounters.actions.invitations.TRIES_PER_ADDRESS", 3)
    for _try in range(3):
        assert refused_code(issued, link_id=new_id().hex, address="192.0.2.7") == "unknown"
    assert refused_code(issued, link_id=new_id().hex, address="192.0.2.7") == "slow_down"
    assert refused_code(issued, link_id=new_id().hex, address="192.0.2.8") == "unknown"
    assert not redeem(issued, address="192.0.2.7").waiting


def test_only_a_few_browsers_may_wait_at_once(issued: Issued) -> None:
    redeem(issued)
    for _browser in range(MAX_WAITING):
        assert redeem(issued).waiting
    cache.clear()
    assert refused_code(issued) == "slow_down"


@pytest.mark.parametrize(("who", "may"), [("kofi", True), ("osei", True), ("amina", False), ("sam", False)])
def test_who_may_give_out_and_revoke_links(who: str, may: bool, issued: Issued, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)
    for act in (
        lambda: issue_invitation(by=user, seat=issued.invitation.seat),
        lambda: revoke_invitation(by=user, invitation=issued.invitation),
    ):
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


def test_a_cancelled_visit_gives_out_no_links(encounter: Encounter, kofi: User) -> None:
    cancel_encounter(by=kofi, encounter=encounter)
    with pytest.raises(NotAllowed) as error:
        issue_invitation(by=kofi, seat=seat_of(encounter, "patient"))
    assert error.value.code == "gone"


def test_what_was_done_with_a_link_is_in_the_journal_for_staff(issued: Issued, kofi: User) -> None:
    redeem(issued)
    revoke_invitation(by=kofi, invitation=issued.invitation)
    acts = [payload.act for payload in payloads(issued.invitation.seat.encounter, "invitation")]
    assert acts == ["issued", "redeemed", "revoked"]


def test_a_label_is_cut_and_never_empty(issued: Issued) -> None:
    link_id, token = parts_of(issued)
    opened = redeem_invitation(link_id=link_id, token=token, label="  ")
    assert opened.device.label == "A browser"
    assert len(redeem_invitation(link_id=link_id, token=token, label="x" * 500).device.label) == 60
