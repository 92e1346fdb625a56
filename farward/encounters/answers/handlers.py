"""What a question and its answer change: since when one waits, and whether the preceptor has spoken."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.entries import Answer, Question
from farward.encounters.handlers import handles
from farward.encounters.models import Encounter, Seat, Status
from farward.journal.types import Draft, Refused


@handles("question")
def ask(seat: Seat, draft: Draft, payload: Question) -> None:
    """A question waits from now on. A second one does not move the time at which the first is to be answered."""
    encounter = _by_messages(seat)
    if encounter.answer_due is None:
        encounter.answer_due = timezone.now() + timedelta(hours=encounter.answer_hours or 0)
        encounter.reminded_at = None
        encounter.save(update_fields=["answer_due", "reminded_at"])


@handles("answer")
def answer(seat: Seat, draft: Draft, payload: Answer) -> None:
    """Nothing waits any more, and the way to the patient is open."""
    encounter = _by_messages(seat)
    encounter.answer_due, encounter.answered_at = None, timezone.now()
    encounter.save(update_fields=["answer_due", "answered_at"])


def _by_messages(seat: Seat) -> Encounter:
    if not seat.encounter.by_messages:
        raise Refused("not_by_messages", _("In this visit people meet at one time. Write a message instead."))
    if seat.encounter.status != Status.LIVE:
        raise Refused("not_live", _("This visit is not in progress."))
    return seat.encounter
