"""The verbs of the note for those who write it outside the room. In the room devices append the same entries."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from farward.encounters.doors import write_entry
from farward.encounters.entries import (
    CARE,
    ROOM,
    NoteComment,
    NoteCosign,
    NoteReturn,
    NoteSubmit,
    NoteUpdate,
    SectionName,
    Sections,
    Summary,
)
from farward.encounters.models import NoteState, Seat

from .document import edit_note, form_client
from .queries import read_note, read_summary, updates_seen_by_form


def save_note(*, seat: Seat, sections: Mapping[str, str], head: int, form: str) -> None:
    """Bring the note to these texts, as a change to what the form showed: what others wrote since stays.

    `head` is the `seq` up to which the form had read, `form` a value of the form's own. Sending a form again, also with
    more text, writes nothing twice. Raises Refused.
    """
    client = form_client(form.encode())
    base = updates_seen_by_form(seat.encounter_id, head=head, client=client)
    update = edit_note(base=base, wanted=sections, client=client)
    if update is not None:
        payload = NoteUpdate(update=base64.b64encode(update).decode())
        write_entry(seat=seat, kind="note.update", audience=CARE, payload=payload)


def submit_note(*, seat: Seat, sections: Mapping[str, str]) -> None:
    """Hand in exactly this text as the next version; the text that already waits is not handed in twice."""
    versions = read_note(seat.encounter_id).versions
    waiting = seat.encounter.note_state == NoteState.SUBMITTED
    if waiting and versions and versions[-1].sections == dict(sections):
        return
    write_entry(seat=seat, kind="note.submit", audience=CARE, payload=NoteSubmit(sections=Sections(**sections)))


def cosign_note(*, seat: Seat, version: int, digest: str) -> None:
    """Sign the text that this digest names. Raises Refused with `note_stale` if another one waits."""
    write_entry(seat=seat, kind="note.cosign", audience=CARE, payload=NoteCosign(version=version, digest=digest))


def return_note(*, seat: Seat, version: int, comment: str) -> None:
    """Give the version back with what to change. Raises Refused."""
    write_entry(seat=seat, kind="note.return", audience=CARE, payload=NoteReturn(version=version, comment=comment))


def comment_note(*, seat: Seat, section: SectionName, text: str) -> None:
    """Put a remark beside a section. Raises Refused."""
    write_entry(seat=seat, kind="note.comment", audience=CARE, payload=NoteComment(section=section, text=text))


def write_summary(*, seat: Seat, text: str) -> None:
    """Write what the patient takes home, unless it says that already. Raises Refused."""
    now = read_summary(seat.encounter_id)
    if now is None or now.text != text:
        write_entry(seat=seat, kind="summary", audience=ROOM, payload=Summary(text=text))
