"""Which decision stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat

from farward.privacy.actions import set_standing_decision
from farward.privacy.entries import ConsentDecision
from farward.privacy.models import Consent, Purpose
from farward.privacy.queries import denied_since, is_given, missing_purposes, standing_consents

pytestmark = pytest.mark.django_db

JOURNAL, RIVERA, OTHER = (uuid_utils.compat.uuid7() for _ in range(3))
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def decide(purpose: str, decision: str, *, minutes: int = 0, subject: UUID = RIVERA, journal: UUID = JOURNAL) -> None:
    payload = ConsentDecision(
        purpose=purpose,  # type: ignore[arg-type]
        decision=decision,  # type: ignore[arg-type]
        text_version="2026-1",
        language="en",
        by="self",
        subject=subject,
    )
    set_standing_decision(
        journal_id=journal,
        entry_id=uuid_utils.compat.uuid7(),
        decision=payload,
        decided_at=TEN + timedelta(minutes=minutes),
    )


def test_what_was_never_asked_was_not_given() -> None:
    standing = standing_consents(JOURNAL)
    assert not is_given(standing, RIVERA, Purpose.VISIT)
    assert denied_since(standing, RIVERA, [Purpose.VISIT]) is None


def test_the_newest_decision_stands_and_only_one_is_kept() -> None:
    for minutes, decision in enumerate(["given", "withdrawn", "given"]):
        decide("visit", decision, minutes=minutes)
    standing = standing_consents(JOURNAL)
    assert is_given(standing, RIVERA, Purpose.VISIT)
    assert standing[RIVERA, "visit"].decided_at == TEN + timedelta(minutes=2)
    assert Consent.objects.count() == 1


@pytest.mark.parametrize("decision", ["refused", "withdrawn"])
def test_a_no_counts_from_when_it_was_said(decision: str) -> None:
    decide("visit", "given")
    decide("learner", decision, minutes=7)
    standing = standing_consents(JOURNAL)
    assert denied_since(standing, RIVERA, [Purpose.VISIT, Purpose.LEARNER]) == TEN + timedelta(minutes=7)
    assert denied_since(standing, RIVERA, [Purpose.VISIT]) is None


def test_what_is_missing_comes_in_the_order_of_asking() -> None:
    decide("learner", "given")
    standing = standing_consents(JOURNAL)
    wanted = [Purpose.OBSERVERS, Purpose.LEARNER, Purpose.VISIT]
    assert missing_purposes(standing, RIVERA, wanted) == [Purpose.VISIT, Purpose.OBSERVERS]


def test_another_person_and_another_journal_are_apart() -> None:
    decide("visit", "given", subject=OTHER)
    decide("visit", "given", journal=OTHER)
    assert not is_given(standing_consents(JOURNAL), RIVERA, Purpose.VISIT)
