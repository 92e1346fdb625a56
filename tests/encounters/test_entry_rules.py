"""Which role may write which kind to whom: every verb, tried by every role, by strangers and from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from farward.encounters import rules
from farward.encounters.actions.booking import SeatRequest
from farward.encounters.actions.entries import append_from_seat
from farward.encounters.entries import FROM_DEVICES, FROM_SERVER, KINDS
from farward.encounters.models import Encounter, Seat, SeatRole
from farward.journal.queries import read_page

from .support import AUDIENCE, bring_to, code_of, join_all, new_id, raw_entry, seat_of, send

if TYPE_CHECKING:
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")

ALL = set(SeatRole.values)
CARE = {"learner", "preceptor"}
WITH_PATIENT = {"patient", "companion", "interpreter"}
MAY = {
    "message": ALL - {"helper", "observer"},
    "phase": CARE,
    "stance": {"preceptor"},
    "whisper": {"preceptor"},
    "hand": ALL - {"helper"},
    "mark": CARE,
    "observation": CARE,
    "talk": ALL - {"helper"},
    "link": ALL,
    "rung": ALL,
    "help": ALL,
    "screen": WITH_PATIENT | CARE,
    "summary": CARE,
}
PULSE: dict[str, Any] = {
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}]},
    "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    "effectiveDateTime": "2026-11-24T10:00:00Z",
}
SAMPLE: dict[str, dict[str, Any]] = {
    "message": {"text": "Good morning"},
    "phase": {"from": "interview", "to": "hallway"},
    "stance": {"stance": "listening"},
    "whisper": {"on": True},
    "hand": {"up": True},
    "mark": {"label": "Teach this"},
    "observation": PULSE,
    "talk": {"spans": [[1764000000000, 1764000001000]]},
    "link": {"quality": "weak", "rtt_ms": 320, "loss_pct": 4.5},
    "rung": {"rung": "voice", "was": "video", "reason": "loss"},
    "help": {"text": "No sound"},
    "screen": {"on": True},
    "summary": {"text": "Rest and drink."},
}


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    """An interview with a seat of every role."""
    extra = [SeatRequest(role="companion", name="Luis"), SeatRequest(role="interpreter", name="Ada")]
    encounter = booked(extra=(*extra, SeatRequest(role="helper", name="Noor")))
    Seat.objects.create(encounter=encounter, role="observer")
    bring_to(encounter, "interview")
    return encounter


@pytest.mark.parametrize("kind", MAY)
@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_writes_exactly_what_the_table_allows(kind: str, role: str, encounter: Encounter) -> None:
    code = code_of(send(seat_of(encounter, role), kind, SAMPLE[kind]))
    assert code == ("ok" if role in MAY[kind] else "not_allowed")


def test_every_kind_that_a_device_sends_has_its_authors_and_no_other_has() -> None:
    assert set(rules.AUTHORS) == {kind.name for kind in FROM_DEVICES} | {"consent"}


def test_nobody_sends_what_only_the_server_writes(encounter: Encounter) -> None:
    for kind in FROM_SERVER:
        code = code_of(send(seat_of(encounter, "preceptor"), kind.name, {}, sorted(kind.audiences)[0]))
        assert code == "not_from_device"


def test_no_role_writes_to_an_audience_that_it_does_not_read_except_to_hand_something_to_staff() -> None:
    handed = {(kind, to) for kind in ("message", "clip") for to in ("staff", "preceptors")}
    handed |= {("still", "care"), ("still.declined", "care")}
    for role in SeatRole.values:
        for kind in KINDS:
            for audience in kind.audiences - {"seat"}:
                seat = Seat(role=role)
                if rules.may(seat, kind.name, audience) and audience not in rules.AUDIENCES[role]:
                    assert (kind.name, audience) in handed


@pytest.mark.parametrize(
    ("role", "audiences"),
    [
        ("patient", {"room", "staff"}),
        ("companion", {"room", "staff"}),
        ("interpreter", {"room", "staff"}),
        ("learner", {"room", "staff", "care", "preceptors"}),
        ("preceptor", {"room", "staff", "care", "preceptors"}),
        ("observer", {"staff"}),
        ("helper", set()),
    ],
)
def test_to_whom_each_role_may_write_a_message(role: str, audiences: set[str], encounter: Encounter) -> None:
    seat = seat_of(encounter, role)
    for audience in ("room", "staff", "care", "preceptors"):
        code = code_of(send(seat, "message", {"text": "Hello"}, audience))
        assert code == ("ok" if audience in audiences else "not_allowed")


def test_a_message_to_one_seat_is_read_by_it_and_its_author_alone(encounter: Encounter) -> None:
    patient, learner, preceptor = (seat_of(encounter, role) for role in ("patient", "learner", "preceptor"))
    assert code_of(send(patient, "message", {"text": "Only for you"}, f"seat:{learner.pk}")) == "ok"

    def reads(seat: Seat) -> bool:
        page = read_page(journal_id=encounter.pk, reader=rules.reader_of(seat))
        return any(entry.kind == "message" for entry in page.entries)

    assert (reads(patient), reads(learner), reads(preceptor)) == (True, True, False)


@pytest.mark.parametrize("role", ["observer", "helper"])
def test_observers_and_helpers_write_to_nobody_alone(role: str, encounter: Encounter) -> None:
    target = f"seat:{seat_of(encounter, 'patient').pk}"
    assert code_of(send(seat_of(encounter, role), "message", {"text": "Psst"}, target)) == "not_allowed"


def test_a_seat_of_another_encounter_is_as_unknown_as_one_that_never_was(booked: Booker, encounter: Encounter) -> None:
    stranger = seat_of(booked(), "patient")
    answers = set()
    for target in (stranger.pk, new_id()):
        result = send(seat_of(encounter, "learner"), "message", {"text": "Hello"}, f"seat:{target}")
        answers.add((result.refused[0].code, result.refused[0].message))
    assert {code for code, _message in answers} == {"unknown_seat"}
    assert len(answers) == 1


def test_a_seat_that_does_not_exist_writes_nothing() -> None:
    result = append_from_seat(seat_id=new_id(), items=[raw_entry("hand", {"up": True}), raw_entry("x", {})])
    assert [refusal.code for refusal in result.refused] == ["unknown_seat", "unknown_seat"]


def test_a_removed_seat_writes_nothing_and_reads_nothing_new(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    assert code_of(send(seat_of(encounter, "preceptor"), "remove", {"seat": str(patient.pk)})) == "ok"
    patient = seat_of(encounter, "patient")
    assert code_of(send(patient, "message", {"text": "Hello?"})) == "removed"
    assert rules.audiences_of(patient) == frozenset()


def test_one_bad_entry_does_not_hold_up_the_good_ones(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    items = [
        raw_entry("message", {"text": "First"}),
        raw_entry("phase", {"from": "interview", "to": "hallway"}),
        raw_entry("message", {"text": "Second"}),
    ]
    result = append_from_seat(seat_id=patient.pk, items=items)
    assert len(result.accepted) == 2
    assert [(refusal.index, refusal.code) for refusal in result.refused] == [(1, "not_allowed")]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("message", {"text": ""}),
        ("message", {"text": "x" * 4001}),
        ("message", {"text": "Hello", "colour": "red"}),
        ("phase", {"from": "interview", "to": "lunch"}),
        ("stance", {"stance": "above"}),
        ("talk", {"spans": []}),
        ("talk", {"spans": [[1764000001000, 1764000000000]]}),
        ("talk", {"spans": [[1764000000000, 1764000001000]] * 65}),
        ("link", {"quality": "splendid"}),
        ("link", {"quality": "good", "loss_pct": 101}),
        ("observation", {**PULSE, "component": [{"code": PULSE["code"], "valueQuantity": PULSE["valueQuantity"]}]}),
        ("observation", {key: value for key, value in PULSE.items() if key != "valueQuantity"}),
        ("still", {"capture": str(new_id()), "shows": str(new_id()), "width": 0, "height": 1, "size": 1}),
        ("note.update", {"update": "not base64!"}),
    ],
)
def test_what_does_not_fit_its_schema_is_refused(kind: str, payload: dict[str, Any], encounter: Encounter) -> None:
    assert code_of(send(seat_of(encounter, "preceptor"), kind, payload)) == "bad_payload"


def test_a_blood_pressure_has_two_components(encounter: Encounter) -> None:
    part = {"code": PULSE["code"], "valueQuantity": PULSE["valueQuantity"]}
    pressure: dict[str, Any] = {
        "status": "final",
        "code": PULSE["code"],
        "effectiveDateTime": PULSE["effectiveDateTime"],
    }
    pressure["component"] = [part, part]
    assert code_of(send(seat_of(encounter, "learner"), "observation", pressure)) == "ok"


def test_samples_go_to_an_audience_that_their_kind_allows() -> None:
    kinds = {kind.name: kind for kind in FROM_DEVICES}
    assert all(audience in kinds[kind].audiences for kind, audience in AUDIENCE.items() if kind in kinds)


def test_hands_stances_and_links_are_kept_where_the_room_finds_them(encounter: Encounter) -> None:
    preceptor = seat_of(encounter, "preceptor")
    for kind in ("hand", "stance", "link"):
        assert code_of(send(preceptor, kind, SAMPLE[kind])) == "ok"
    preceptor.refresh_from_db()
    assert preceptor.hand_since is not None
    assert (preceptor.stance, preceptor.link_quality) == ("listening", "weak")
    raised = preceptor.hand_since
    assert code_of(send(preceptor, "hand", {"up": True})) == "ok"
    preceptor.refresh_from_db()
    assert preceptor.hand_since == raised
    assert code_of(send(preceptor, "hand", {"up": False})) == "ok"
    preceptor.refresh_from_db()
    assert preceptor.hand_since is None


def test_whoever_whispers_listens_and_coming_in_ends_the_whisper(encounter: Encounter) -> None:
    preceptor = seat_of(encounter, "preceptor")
    assert code_of(send(preceptor, "whisper", {"on": True})) == "ok"
    preceptor.refresh_from_db()
    assert (preceptor.stance, preceptor.whispering) == ("listening", True)
    assert code_of(send(preceptor, "stance", {"stance": "in"})) == "ok"
    preceptor.refresh_from_db()
    assert (preceptor.stance, preceptor.whispering) == ("in", False)


def test_nobody_whispers_in_the_huddle(booked: Booker) -> None:
    encounter = booked()
    join_all(encounter)
    assert code_of(send(seat_of(encounter, "preceptor"), "whisper", {"on": True})) == "not_from_here"
