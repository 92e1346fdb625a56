"""One press that takes a consent back."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from farward.encounters.doors import held_seat, write_entry
from farward.encounters.entries import ROOM
from farward.encounters.recordings.rules import RECORDED
from farward.journal.types import Refused
from farward.privacy.entries import ConsentDecision
from farward.vault.errors import KeyGone

from .queries import agreed_by


@require_POST
def take_back(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The person in this seat takes a consent back. The page that follows says what stands now."""
    seat = held_seat(request, seat_id, RECORDED)
    wanted = request.POST.get("purpose", "")
    for text in [agreed.text for agreed in agreed_by(seat) if agreed.stands and agreed.text.purpose == wanted]:
        decision = ConsentDecision(
            purpose=text.purpose,  # type: ignore[arg-type] # the texts name no other purposes
            decision="withdrawn",
            text_version=text.version,
            language=text.language,
            by="self",
            subject=seat.pk,
        )
        # It is refused where the content was erased, and then there is nothing to take back.
        with suppress(Refused, KeyGone):
            write_entry(seat=seat, kind="consent", audience=ROOM, payload=decision)
    return redirect("seat_summary", seat_id)
