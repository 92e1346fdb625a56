"""Who sees and hears whom, phase by phase, and what holds for every possible room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farward.media.wiring import ALL, AUDIO, Circle, Place, Wire, circles, is_held, link_of, peers_of, wires

PATIENT = Place("1-patient", "patient", "p1")
COMPANION = Place("2-companion", "companion", "p2")
LEARNER = Place("3-learner", "learner", "p3")
PRECEPTOR = Place("4-preceptor", "preceptor", "p4")
OBSERVER = Place("5-observer", "observer", "p5")
HELPER = Place("6-helper", "helper", "p6")
EVERYONE = [PATIENT, COMPANION, LEARNER, PRECEPTOR, OBSERVER, HELPER]

PHASES = ["huddle", "check_in", "interview", "hallway", "together", "wrap_up", "debrief", "closed", "tech_break"]
PATIENT_SIDE = {"patient", "companion", "interpreter"}
STAFF = {"learner", "preceptor", "observer"}


def sends(sender: Place, receiver: Place, phase: str, places: list[Place], kind: str = "clinic") -> set[str]:
    """What one place may send to another."""
    for wire in wires(kind, phase, places):
        if (wire.a, wire.b) == (sender.seat, receiver.seat):
            return set(wire.a_sends)
        if (wire.b, wire.a) == (sender.seat, receiver.seat):
            return set(wire.b_sends)
    return set()


def preceptor(**changes: object) -> Place:
    return Place("4-preceptor", "preceptor", "p4", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("phase", ["huddle", "hallway", "debrief", "tech_break"])
def test_apart_the_staff_talk_and_the_patient_neither_hears_nor_is_heard(phase: str) -> None:
    assert sends(LEARNER, PRECEPTOR, phase, EVERYONE) == set(ALL)
    for member in (LEARNER, PRECEPTOR, OBSERVER):
        assert sends(member, PATIENT, phase, EVERYONE) == set()
        assert sends(PATIENT, member, phase, EVERYONE) == set()


@pytest.mark.parametrize("phase", ["huddle", "hallway", "tech_break"])
def test_who_is_held_may_talk_with_whom_they_came_with(phase: str) -> None:
    assert sends(PATIENT, COMPANION, phase, EVERYONE) == set(ALL)


def test_in_the_debrief_the_patients_side_is_not_wired_at_all() -> None:
    assert all(PATIENT.seat not in (wire.a, wire.b) for wire in wires("clinic", "debrief", EVERYONE))


def test_only_in_a_tech_break_does_the_helper_talk_with_staff() -> None:
    assert sends(HELPER, LEARNER, "tech_break", EVERYONE) == set(ALL)
    assert sends(HELPER, PATIENT, "tech_break", EVERYONE) == set()
    for phase in set(PHASES) - {"tech_break"}:
        assert all(HELPER.seat not in (wire.a, wire.b) for wire in wires("clinic", phase, EVERYONE))


@pytest.mark.parametrize("phase", ["check_in", "interview"])
def test_a_preceptor_who_is_away_has_no_wire_to_the_interview(phase: str) -> None:
    assert peers_of(PRECEPTOR.seat, "clinic", phase, EVERYONE) == []


def test_a_listening_preceptor_receives_everyone_and_sends_nothing() -> None:
    places = [PATIENT, LEARNER, preceptor(stance="listening")]
    assert sends(PATIENT, PRECEPTOR, "interview", places) == set(ALL)
    assert sends(PRECEPTOR, PATIENT, "interview", places) == set()
    assert sends(PRECEPTOR, LEARNER, "interview", places) == set()


def test_a_preceptor_in_the_conversation_is_heard_by_the_patient() -> None:
    assert sends(PRECEPTOR, PATIENT, "interview", [PATIENT, LEARNER, preceptor(stance="in")]) == set(ALL)


@pytest.mark.parametrize("stance", ["away", "listening", "in"])
@pytest.mark.parametrize("phase", ["check_in", "interview", "together"])
def test_a_whisper_reaches_the_learner_and_nobody_else(phase: str, stance: str) -> None:
    whispering = preceptor(stance=stance, whispering=True)
    places = [PATIENT, COMPANION, LEARNER, OBSERVER, whispering]
    assert sends(whispering, LEARNER, phase, places) == {AUDIO}
    for other in (PATIENT, COMPANION, OBSERVER):
        assert sends(whispering, other, phase, places) == set()
    assert sends(PATIENT, whispering, phase, places) == set(ALL)


def test_together_everyone_talks_and_observers_only_receive() -> None:
    assert sends(PRECEPTOR, PATIENT, "together", EVERYONE) == set(ALL)
    assert sends(PATIENT, OBSERVER, "together", EVERYONE) == set(ALL)
    assert sends(OBSERVER, PATIENT, "together", EVERYONE) == set()


def test_a_muted_seat_sends_picture_and_no_sound() -> None:
    muted = Place(PATIENT.seat, "patient", "p1", muted=True)
    assert AUDIO not in sends(muted, LEARNER, "interview", [muted, LEARNER])
    assert "video" in sends(muted, LEARNER, "interview", [muted, LEARNER])


def test_without_consent_the_patients_side_is_held_also_in_the_interview() -> None:
    barred = [Place(p.seat, p.role, p.instance, barred=True) for p in (PATIENT, COMPANION)]
    places = [*barred, LEARNER]
    assert sends(LEARNER, barred[0], "interview", places) == set()
    assert sends(barred[0], barred[1], "interview", places) == set(ALL)
    assert is_held("clinic", "interview", barred[0])


def test_observers_without_consent_stay_out_but_keep_their_place_among_staff() -> None:
    barred = Place(OBSERVER.seat, "observer", "p5", barred=True)
    assert sends(PATIENT, barred, "together", [PATIENT, LEARNER, barred]) == set()
    assert sends(LEARNER, barred, "hallway", [PATIENT, LEARNER, barred]) == set(ALL)


def test_a_seminar_is_one_circle_until_it_closes() -> None:
    places = [LEARNER, PRECEPTOR, Place("7", "learner", "p7")]
    assert circles("seminar", "huddle", places) == circles("seminar", "together", places)
    assert len(wires("seminar", "together", places)) == 3
    assert wires("seminar", "closed", places) == []


def test_practice_wires_nobody() -> None:
    assert wires("practice", "interview", [LEARNER, PRECEPTOR]) == []


def test_another_page_makes_another_link_and_both_ends_name_it_alike() -> None:
    reloaded = Place(PATIENT.seat, "patient", "another-page")
    assert link_of(PATIENT, LEARNER) == link_of(LEARNER, PATIENT)
    assert link_of(PATIENT, LEARNER) != link_of(reloaded, LEARNER)


def test_of_two_peers_exactly_one_is_polite_and_each_receives_what_the_other_sends() -> None:
    (learner_side,) = peers_of(PATIENT.seat, "clinic", "interview", [PATIENT, LEARNER])
    (patient_side,) = peers_of(LEARNER.seat, "clinic", "interview", [PATIENT, LEARNER])
    assert learner_side.polite != patient_side.polite
    assert (learner_side.send, learner_side.recv) == (patient_side.recv, patient_side.send)
    assert learner_side.link == patient_side.link


places_strategy = st.lists(
    st.builds(
        Place,
        seat=st.uuids().map(str),
        role=st.sampled_from(sorted(PATIENT_SIDE | STAFF | {"helper"})),
        instance=st.none() | st.uuids().map(str),
        stance=st.sampled_from(["away", "listening", "in"]),
        whispering=st.booleans(),
        muted=st.booleans(),
        removed=st.booleans(),
        barred=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda place: place.seat,
)
kinds = st.sampled_from(["clinic", "simulated", "practice", "seminar"])
visits = st.sampled_from(["clinic", "simulated"])
phases = st.sampled_from(PHASES)


def roles_of(wire: Wire, places: list[Place]) -> set[str]:
    return {place.role for place in places if place.seat in (wire.a, wire.b)}


@given(visits, st.sampled_from(["huddle", "hallway", "debrief", "tech_break"]), places_strategy)
def test_no_wire_ever_joins_the_patients_side_with_staff_or_helper_while_apart(
    kind: str, phase: str, places: list[Place]
) -> None:
    for wire in wires(kind, phase, places):
        roles = roles_of(wire, places)
        assert not (roles & PATIENT_SIDE and roles - PATIENT_SIDE)


@given(visits, phases, places_strategy)
def test_the_barred_patients_side_is_never_wired_to_anyone_else(kind: str, phase: str, places: list[Place]) -> None:
    barred = {place.seat for place in places if place.barred and place.role in PATIENT_SIDE}
    for wire in wires(kind, phase, places):
        if {wire.a, wire.b} & barred:
            assert roles_of(wire, places) <= PATIENT_SIDE


@given(visits, phases, places_strategy)
def test_what_a_whispering_preceptor_says_reaches_learners_only(kind: str, phase: str, places: list[Place]) -> None:
    by_seat = {place.seat: place for place in places}
    if phase not in {"check_in", "interview", "together"}:
        return
    for wire in wires(kind, phase, places):
        for sender, receiver, media in ((wire.a, wire.b, wire.a_sends), (wire.b, wire.a, wire.b_sends)):
            if by_seat[sender].role == "preceptor" and by_seat[sender].whispering and media:
                assert by_seat[receiver].role == "learner"
                assert media <= {AUDIO}


@given(kinds, phases, places_strategy)
def test_listeners_send_nothing_except_in_a_circle_where_they_are_members(
    kind: str, phase: str, places: list[Place]
) -> None:
    found = circles(kind, phase, places)
    for wire in wires(kind, phase, places):
        for sender, receiver, media in ((wire.a, wire.b, wire.a_sends), (wire.b, wire.a, wire.b_sends)):
            assert bool(media) <= any(shares(circle, sender, receiver) for circle in found)


def shares(circle: Circle, sender: str, receiver: str) -> bool:
    return sender in circle.members and receiver in (*circle.members, *circle.listeners)


@given(kinds, phases, places_strategy)
def test_muted_seats_never_send_sound_and_removed_or_absent_ones_have_no_wires(
    kind: str, phase: str, places: list[Place]
) -> None:
    muted = {place.seat for place in places if place.muted}
    gone = {place.seat for place in places if place.removed or place.instance is None}
    for wire in wires(kind, phase, places):
        assert wire.a not in gone
        assert wire.b not in gone
        assert wire.a not in muted or AUDIO not in wire.a_sends
        assert wire.b not in muted or AUDIO not in wire.b_sends


@given(kinds, phases, places_strategy)
def test_each_end_of_a_wire_sees_the_mirror_of_the_other(kind: str, phase: str, places: list[Place]) -> None:
    for place in places:
        for peer in peers_of(place.seat, kind, phase, places):
            (back,) = [p for p in peers_of(peer.seat, kind, phase, places) if p.seat == place.seat]
            assert (peer.send, peer.recv, peer.link) == (back.recv, back.send, back.link)
            assert peer.polite != back.polite


@given(kinds, places_strategy)
def test_closed_has_no_wires(kind: str, places: list[Place]) -> None:
    assert wires(kind, "closed", places) == []


@given(kinds, phases, places_strategy)
def test_the_order_of_places_does_not_matter(kind: str, phase: str, places: list[Place]) -> None:
    assert wires(kind, phase, places) == wires(kind, phase, list(reversed(places)))
