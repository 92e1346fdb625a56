"""What the tests of the note share."""

from __future__ import annotations

import base64
from typing import Any

from farward.encounters.models import Encounter, Seat
from farward.encounters.note.document import SECTIONS, digest_sections, edit_note
from farward.encounters.note.queries import read_note
from tests.encounters.support import code_of, seat_of, send

EMPTY = dict.fromkeys(SECTIONS, "")
NOTE = {**EMPTY, "subjective": "Cough for three weeks", "plan": "Chest film"}


def written(sections: dict[str, str], base: list[bytes] | None = None, client: int = 7) -> dict[str, str]:
    """The payload of a `note.update` that makes these texts."""
    update = edit_note(base=base or [], wanted={**EMPTY, **sections}, client=client)
    assert update is not None
    return {"update": base64.b64encode(update).decode()}


def submit(encounter: Encounter, sections: dict[str, str] | None = None) -> str:
    return code_of(send(seat_of(encounter, "learner"), "note.submit", {"sections": sections or NOTE}))


def cosign(encounter: Encounter, version: int = 1, sections: dict[str, str] | None = None) -> str:
    payload = {"version": version, "digest": digest_sections(sections or NOTE)}
    return code_of(send(seat_of(encounter, "preceptor"), "note.cosign", payload))


def give_back(encounter: Encounter, version: int = 1, comment: str = "Say how long.") -> str:
    payload = {"version": version, "comment": comment}
    return code_of(send(seat_of(encounter, "preceptor"), "note.return", payload))


def note_of(encounter: Encounter) -> tuple[str, int]:
    """The note's state and version, as the encounter has them."""
    return Encounter.objects.values_list("note_state", "note_version").get(pk=encounter.pk)


def form_of(encounter: Encounter, act: str, **changes: Any) -> dict[str, Any]:
    """What the note's page posts."""
    return {"act": act, "head": read_note(encounter.pk).head, "form": "form-1", **EMPTY, **changes}


def write_as(seat: Seat, sections: dict[str, str], **options: Any) -> str:
    return code_of(send(seat, "note.update", written(sections, **options)))
