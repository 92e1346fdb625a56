"""What the tests of encounters share: people who join, send entries and redeem links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat
from django.utils import timezone

from farward.encounters.actions.devices import add_device
from farward.encounters.actions.entries import append_from_seat
from farward.encounters.actions.invitations import Issued, Redeemed, redeem_invitation
from farward.encounters.actions.locking import locked
from farward.encounters.actions.presence import join_seat
from farward.encounters.models import Device, Encounter, Seat
from farward.encounters.queries import room_of, wiring_frame
from farward.journal.queries import decode, read_entries
from farward.journal.types import AppendResult
from farward.privacy.models import Purpose
from farward.privacy.texts import current_texts

AUDIENCE = {
    "message": "room",
    "consent": "room",
    "screen": "room",
    "summary": "room",
    "whisper": "care",
    "mark": "care",
    "observation": "care",
    "still": "care",
    "note.update": "care",
    "note.comment": "care",
    "note.submit": "care",
    "note.return": "care",
    "note.cosign": "care",
    "admit": "staff",
}


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def seat_of(encounter: Encounter, role: str) -> Seat:
    """The first seat of this role, as the database has it now."""
    seat = encounter.seats.filter(role=role).select_related("encounter", "encounter__site", "user").first()
    assert seat is not None
    return seat


def wiring_for(seat_id: UUID) -> dict[str, Any]:
    """The `wiring` frame that the device of this seat gets now."""
    return wiring_frame(room_of(Seat.objects.get(pk=seat_id).encounter_id), seat_id)


def raw_entry(kind: str, payload: dict[str, Any], audience: str | None = None, **changes: Any) -> msgspec.Raw:
    """An entry as a device sends it."""
    item = {
        "id": str(new_id()),
        "kind": kind,
        "audience": audience or AUDIENCE.get(kind, "everyone"),
        "at": timezone.now().isoformat(),
        "payload": payload,
    }
    return msgspec.Raw(msgspec.json.encode(item | changes))


def send(seat: Seat, kind: str, payload: dict[str, Any], audience: str | None = None) -> AppendResult:
    return append_from_seat(seat_id=seat.pk, items=[raw_entry(kind, payload, audience)])


def code_of(result: AppendResult) -> str:
    """The code of the one refusal, or `ok` where the entry was taken."""
    return result.refused[0].code if result.refused else "ok"


def move(seat: Seat, to: str, from_: str | None = None) -> str:
    """Move the phase; by default from where the encounter is. Returns the code."""
    current = Encounter.objects.values_list("phase", flat=True).get(pk=seat.encounter_id)
    return code_of(send(seat, "phase", {"from": from_ or current, "to": to}))


def new_device(seat: Seat, label: str = "Firefox on Android") -> tuple[Device, str]:
    with locked(seat.encounter_id):
        return add_device(seat=seat, label=label, admitted=True)


def join(seat: Seat, instance: UUID | None = None) -> UUID:
    """Come in, on the device that holds the seat or a first one. Returns the page's instance."""
    instance = instance or new_id()
    device = seat.devices.filter(revoked_at=None, admitted_at__isnull=False).last() or new_device(seat)[0]
    outcome = join_seat(seat_id=seat.pk, device_id=device.pk, instance=instance)
    assert outcome.ok, outcome.message
    return instance


def join_all(encounter: Encounter) -> None:
    for seat in encounter.seats.all():
        join(seat)


def consent(author: Seat, purpose: str, decision: str = "given", by: str = "self", **changes: Any) -> str:
    """Decide on behalf of the encounter's patient. Returns the code."""
    text = current_texts("en")[purpose]
    payload = {
        "purpose": purpose,
        "decision": decision,
        "text_version": text.version,
        "language": text.language,
        "by": by,
        "subject": str(seat_of(author.encounter, "patient").pk),
    }
    return code_of(send(author, "consent", payload | changes))


def agree(encounter: Encounter, *purposes: str) -> None:
    """The patient agrees, by default to everything that the interview needs."""
    patient = seat_of(encounter, "patient")
    for purpose in purposes or (Purpose.VISIT, Purpose.LEARNER):
        assert consent(patient, purpose) == "ok"


def bring_to(encounter: Encounter, phase: str) -> None:
    """Everyone joins and the preceptor moves the visit along to this phase."""
    join_all(encounter)
    preceptor = seat_of(encounter, "preceptor")
    if encounter.kind == "clinic":
        agree(encounter)
    for step in ("check_in", "interview", "hallway", "together", "wrap_up", "debrief", "closed"):
        if Encounter.objects.values_list("phase", flat=True).get(pk=encounter.pk) == phase:
            return
        assert move(preceptor, step) == "ok"


def parts_of(issued: Issued) -> tuple[str, str]:
    """The link's id and token."""
    link_id, token = issued.url.split("#")[1].split(".")
    return link_id, token


def redeem(issued: Issued, **changes: Any) -> Redeemed:
    link_id, token = parts_of(issued)
    return redeem_invitation(**({"link_id": link_id, "token": token, "label": "Chrome on Android"} | changes))


def payloads(encounter: Encounter, kind: str) -> list[Any]:
    """The payloads of one kind in the encounter's journal."""
    return [decode(entry) for entry in read_entries(journal_id=encounter.pk, kinds=(kind,))]
