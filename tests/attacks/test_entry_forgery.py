"""A modified page writes entries as somebody else, for others than it may, elsewhere, or at another time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.utils import timezone

from farward.encounters.actions.entries import append_from_seat
from farward.journal.models import Entry
from farward.journal.queries import read_entries
from tests.encounters.support import bring_to, code_of, new_id, raw_entry, seat_of, send

if TYPE_CHECKING:
    from farward.encounters.models import Encounter, Seat
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def encounter(booked: Booker) -> Encounter:
    encounter = booked()
    bring_to(encounter, "interview")
    return encounter


def forged(me: Seat, /, kind: str = "message", audience: str = "room", **changes: Any) -> str:
    """The code of an entry with fields that no page of ours sends."""
    raw = raw_entry(kind, {"text": "Signed, the preceptor"}, audience, **changes)
    return code_of(append_from_seat(seat_id=me.pk, items=[raw]))


def test_an_entry_has_the_author_that_the_device_holds_whatever_it_says(encounter: Encounter) -> None:
    patient, preceptor = seat_of(encounter, "patient"), seat_of(encounter, "preceptor")
    claims: dict[str, Any] = {
        "author": f"seat:{preceptor.pk}",
        "seat": str(preceptor.pk),
        "received": "2020-01-01T00:00:00Z",
        "seq": 1,
    }
    for name, value in claims.items():
        forged(patient, **{name: value})
    mine = list(read_entries(journal_id=encounter.pk, kinds=("message",)))
    assert {entry.author for entry in mine} <= {f"seat:{patient.pk}"}
    assert all(abs(entry.received - timezone.now()) < timedelta(minutes=1) for entry in mine)


def test_an_entry_of_another_visit_is_not_written_here(encounter: Encounter, booked: Booker) -> None:
    elsewhere = booked()
    before = Entry.objects.filter(journal_id=encounter.pk).count()
    for changes in (
        {"journal": str(encounter.pk)},
        {"encounter": str(encounter.pk)},
        {"journal_id": str(encounter.pk)},
    ):
        forged(seat_of(elsewhere, "patient"), **changes)
    assert Entry.objects.filter(journal_id=encounter.pk).count() == before


@pytest.mark.parametrize("audience", ["care", "preceptors", "everyone", "nobody", "seat", "seat:*", " ", "room,care"])
def test_a_patient_reaches_only_the_audiences_of_a_patient(audience: str, encounter: Encounter) -> None:
    assert forged(seat_of(encounter, "patient"), audience=audience) in {"not_allowed", "bad_audience"}


@pytest.mark.parametrize("kind", ["presence", "booking", "device", "invitation", "help.answer", "opened", "brief"])
def test_nobody_speaks_as_the_server(kind: str, encounter: Encounter) -> None:
    code = code_of(send(seat_of(encounter, "preceptor"), kind, {}, "everyone"))
    assert code == "not_from_device"


@pytest.mark.parametrize("days", [-400, -31, 3, 400])
def test_no_clock_puts_an_entry_into_another_month(days: int, encounter: Encounter) -> None:
    at = (timezone.now() + timedelta(days=days)).isoformat()
    assert forged(seat_of(encounter, "patient"), at=at) == "impossible_clock"


def test_the_id_of_an_entry_that_is_there_is_taken(encounter: Encounter) -> None:
    """Neither the author nor anybody else replaces what was written."""
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    first = str(new_id())
    assert forged(patient, id=first) == "ok"
    assert forged(learner, id=first) == "id_taken"
    other = raw_entry("message", {"text": "I never said that"}, "room", id=first)
    assert code_of(append_from_seat(seat_id=patient.pk, items=[other])) == "id_taken"


def test_a_consent_is_not_given_by_whom_it_does_not_concern(encounter: Encounter) -> None:
    from tests.encounters.support import consent

    patient = str(seat_of(encounter, "patient").pk)
    for role in ("learner", "preceptor"):
        assert consent(seat_of(encounter, role), "stills", by="self", subject=patient) != "ok"
        assert consent(seat_of(encounter, role), "stills", by="proxy", subject=patient, relation="mother") != "ok"


def test_a_learner_does_not_cosign_the_own_note(encounter: Encounter) -> None:
    payload = {"version": 1, "digest": "0" * 64}
    assert code_of(send(seat_of(encounter, "learner"), "note.cosign", payload)) == "not_allowed"


def test_a_batch_with_a_forged_entry_loses_only_that(encounter: Encounter) -> None:
    patient = seat_of(encounter, "patient")
    items = [raw_entry("message", {"text": "Mine"}), raw_entry("phase", {"from": "interview", "to": "closed"})]
    result = append_from_seat(seat_id=patient.pk, items=[*items, msgspec.Raw(b'{"id":1}')])
    assert len(result.accepted) == 1
    assert [refusal.index for refusal in result.refused] == [1, 2]
