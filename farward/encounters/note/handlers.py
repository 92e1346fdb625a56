"""What entries of the note change: the note's state and version on the encounter."""

from __future__ import annotations

import base64
import binascii

import msgspec
from django.utils.translation import gettext as _

from farward.encounters.entries import NoteCosign, NoteReturn, NoteSubmit, NoteUpdate
from farward.encounters.handlers import handles
from farward.encounters.models import Encounter, NoteState, Seat
from farward.journal.queries import read_entries
from farward.journal.types import Draft, Refused

from .document import MAX_VERSION_BYTES, check_update, digest_sections, version_size


@handles("note.update")
def take_update(seat: Seat, draft: Draft, payload: NoteUpdate) -> None:
    """Text may change until it is signed, and what cannot be read must not stop others from reading the note."""
    _refuse_if_cosigned(seat.encounter)
    try:
        check_update(base64.b64decode(payload.update, validate=True))
    except (ValueError, binascii.Error):
        raise Refused("bad_payload", _("This change to the note cannot be read.")) from None


@handles("note.submit")
def take_submission(seat: Seat, draft: Draft, payload: NoteSubmit) -> None:
    """The text as the learner saw it becomes the next version."""
    encounter = seat.encounter
    _refuse_if_cosigned(encounter)
    sections = sections_of(payload)
    if not any(text.strip() for text in sections.values()):
        raise Refused("note_empty", _("The note is empty. Write it first, then submit it."))
    if version_size(sections) > MAX_VERSION_BYTES:
        raise Refused("too_large", _("The note is too long to submit. Shorten it."))
    encounter.note_state = NoteState.SUBMITTED
    encounter.note_version += 1
    _save(encounter)


@handles("note.return")
def take_return(seat: Seat, draft: Draft, payload: NoteReturn) -> None:
    """The version that waits goes back to the learner."""
    encounter = seat.encounter
    _refuse_unless_waiting(encounter, payload.version)
    encounter.note_state = NoteState.RETURNED
    _save(encounter)


@handles("note.cosign")
def take_cosignature(seat: Seat, draft: Draft, payload: NoteCosign) -> None:
    """The signature holds for exactly the text that waits, or it is refused."""
    encounter = seat.encounter
    _refuse_unless_waiting(encounter, payload.version)
    submitted = read_entries(journal_id=encounter.id, kinds=["note.submit"])[payload.version - 1]
    text = msgspec.json.decode(submitted.payload, type=NoteSubmit)
    if digest_sections(sections_of(text)) != payload.digest:
        raise Refused("note_stale", _("This is not the text that was submitted. Load the note again, then sign it."))
    encounter.note_state = NoteState.COSIGNED
    _save(encounter)


def sections_of(payload: NoteSubmit) -> dict[str, str]:
    """The four texts of a submission."""
    return msgspec.structs.asdict(payload.sections)


def _refuse_if_cosigned(encounter: Encounter) -> None:
    if encounter.note_state == NoteState.COSIGNED:
        raise Refused("note_locked", _("The note is co-signed. A signed note never changes."))


def _refuse_unless_waiting(encounter: Encounter, version: int) -> None:
    _refuse_if_cosigned(encounter)
    if encounter.note_state != NoteState.SUBMITTED or version != encounter.note_version:
        raise Refused("note_stale", _("Another version of the note is in force now. Load it, then decide."))


def _save(encounter: Encounter) -> None:
    encounter.save(update_fields=["note_state", "note_version"])
