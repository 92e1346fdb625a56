"""One well-formed payload of every kind that a device may send, so that only the author makes the difference."""

from __future__ import annotations

from typing import Any

from farward.encounters.models import Encounter
from farward.privacy.texts import current_texts
from tests.encounters.support import new_id, seat_of
from tests.encounters.test_entry_rules import PULSE, SAMPLE

SECTIONS = dict.fromkeys(("subjective", "objective", "assessment", "plan"), "Cough.")


def samples(encounter: Encounter) -> dict[str, dict[str, Any]]:
    """By kind. What they name is in this encounter, or nowhere."""
    patient, nothing = str(seat_of(encounter, "patient").pk), str(new_id())
    text = current_texts("en")["visit"]
    decided = {"purpose": "visit", "decision": "given", "text_version": text.version, "language": text.language}
    return SAMPLE | {
        "observation": PULSE,
        "clip": {"clip": nothing, "ms": 100, "size": 100},
        "heard": {"clip": nothing},
        "question": {"text": "Is it asthma?"},
        "answer": {"text": "No."},
        "recording.started": {"recording": nothing, "started": 1764000000000, "within": 5, "picture": True},
        "recording.stopped": {"recording": nothing, "ms": 5, "why": "person"},
        "recording.uploaded": {"recording": nothing, "upload": nothing, "ms": 5, "size": 5},
        "consent": decided | {"by": "self", "subject": patient},
        "mute": {"seat": patient, "muted": True},
        "remove": {"seat": patient},
        "admit": {"device": nothing, "seat": patient, "admit": True},
        "still": {"capture": nothing, "shows": patient, "width": 5, "height": 5, "size": 5},
        "still.ask": {"of": patient},
        "still.declined": {"ask": nothing},
        "note.update": {"update": "AAA="},
        "note.comment": {"section": "plan", "text": "Why?"},
        "note.submit": {"sections": SECTIONS},
        "note.return": {"version": 1, "comment": "Shorter."},
        "note.cosign": {"version": 1, "digest": "0" * 64},
    }
