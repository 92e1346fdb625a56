"""The note as the journal has it: the text now, its versions, its comments, the patient's summary."""

from __future__ import annotations

import base64
import difflib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from farward.encounters.entries import NoteComment, NoteCosign, NoteReturn, NoteSubmit, NoteUpdate, Summary
from farward.journal.queries import decode, read_entries
from farward.journal.types import ReadEntry

from .document import digest_sections, first_client, merge_note, read_sections
from .handlers import sections_of

VersionState = Literal["waiting", "replaced", "returned", "cosigned"]


@dataclass(frozen=True, slots=True)
class Version:
    """One submission of the note and what became of it. Its text is the journal's and never changes."""

    number: int
    sections: dict[str, str]
    digest: str
    author: str
    at: datetime
    state: VersionState = "waiting"
    decided_by: str = ""
    decided_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on one section."""

    section: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """All of a note. `head` is the `seq` up to which it was read."""

    sections: dict[str, str]
    versions: list[Version]
    comments: list[Comment]
    head: int


@dataclass(frozen=True, slots=True)
class WrittenSummary:
    """What the patient takes home."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in a comparison of two versions."""

    text: str
    change: Literal["same", "added", "removed"]


def read_note(encounter_id: UUID) -> Note:
    """The note as it is now. Who may see it is the caller's question."""
    entries = _readable(encounter_id, "note.update", "note.submit", "note.return", "note.cosign", "note.comment")
    updates, versions, comments = [], list[Version](), []
    for entry in entries:
        match decode(entry):
            case NoteUpdate(update=update):
                updates.append(base64.b64decode(update))
            case NoteComment(section=section, text=text):
                comments.append(Comment(section, text, entry.author, entry.received))
            case NoteSubmit() as submission:
                _replace_waiting(versions)
                versions.append(_version(len(versions) + 1, submission, entry))
            case NoteReturn(comment=comment):
                _decide(versions, "returned", entry, comment)
            case NoteCosign():
                _decide(versions, "cosigned", entry, "")
    head = entries[-1].seq if entries else 0
    return Note(read_sections(merge_note(updates)), versions, comments, head)


def merged_state(encounter_id: UUID) -> bytes:
    """The note's whole Yjs state in one update, for a device that has none of it."""
    return merge_note(_update(entry) for entry in _readable(encounter_id, "note.update")).get_update()


def updates_seen_by_form(encounter_id: UUID, *, head: int, client: int) -> list[bytes]:
    """The updates behind a form's text: those up to `head`, and what the same form has saved since."""
    updates = [(entry.seq, _update(entry)) for entry in _readable(encounter_id, "note.update")]
    return [update for seq, update in updates if seq <= head or first_client(update) == client]


def read_summary(encounter_id: UUID) -> WrittenSummary | None:
    """The newest summary for the patient."""
    entries = _readable(encounter_id, "summary")
    if not entries:
        return None
    return WrittenSummary(
        msgspec.json.decode(entries[-1].payload, type=Summary).text, entries[-1].author, entries[-1].received
    )


def compare(old: str, new: str) -> list[Piece]:
    """What changed between two texts, word by word."""
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    for change, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("".join(before[a:b]), "same"))
            continue
        if b > a:
            pieces.append(Piece("".join(before[a:b]), "removed"))
        if d > c:
            pieces.append(Piece("".join(after[c:d]), "added"))
    return pieces


def _readable(encounter_id: UUID, *kinds: str) -> list[ReadEntry]:
    """Entries whose content still exists."""
    return [entry for entry in read_entries(journal_id=encounter_id, kinds=kinds) if not entry.erased]


def _update(entry: ReadEntry) -> bytes:
    return base64.b64decode(msgspec.json.decode(entry.payload, type=NoteUpdate).update)


def _version(number: int, submission: NoteSubmit, entry: ReadEntry) -> Version:
    sections = sections_of(submission)
    return Version(number, sections, digest_sections(sections), entry.author, entry.received)


def _decide(versions: list[Version], state: VersionState, entry: ReadEntry, comment: str) -> None:
    versions[-1] = replace(
        versions[-1], state=state, decided_by=entry.author, decided_at=entry.received, comment=comment
    )


def _replace_waiting(versions: list[Version]) -> None:
    if versions and versions[-1].state == "waiting":
        versions[-1] = replace(versions[-1], state="replaced")


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
