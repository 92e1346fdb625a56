"""The kinds of entry an encounter's journal knows, each with its schema, its audiences and who may write it when.

Consent is declared in `farward.privacy.entries`; which role may write which kind is in `rules`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from farward.journal.registry import DIRECT, Kind
from farward.journal.types import Payload

from .observations import Observation

EVERYONE, ROOM, STAFF, CARE, PRECEPTORS = "everyone", "room", "staff", "care", "preceptors"

PhaseName = Literal[
    "huddle", "check_in", "interview", "hallway", "together", "wrap_up", "debrief", "closed", "tech_break"
]
Line = Annotated[str, Meta(min_length=1, max_length=4000)]
Short = Annotated[str, Meta(max_length=500)]
Label = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=20000)]
#: Milliseconds since 1970, between 2001 and 2286.
EpochMs = Annotated[int, Meta(ge=1_000_000_000_000, le=9_999_999_999_999)]


class Message(Payload, frozen=True):
    """A line of text to an audience."""

    text: Line


class ClipSent(Payload, frozen=True):
    """A voice note to an audience; its bytes came before it."""

    clip: UUID
    ms: Annotated[int, Meta(ge=1, le=125_000)]
    size: Annotated[int, Meta(ge=1, le=256 * 1024)]


class Heard(Payload, frozen=True):
    """A seat's person has begun to listen to a voice note."""

    clip: UUID


class Question(Payload, frozen=True):
    """The learner hands over to the preceptor, who answers later: by messages."""

    text: Line


class Answer(Payload, frozen=True):
    """What the preceptor answers to the learner, by messages."""

    text: Line


class RecordingStarted(Payload, frozen=True):
    """A device began to record its own camera and microphone.

    Attributes:
        started: when, by the server's clock as the device knows it.
        within: how far that may be from the truth, in milliseconds.
    """

    recording: UUID
    started: EpochMs
    within: Annotated[int, Meta(ge=0, le=60_000)]
    picture: bool


class RecordingStopped(Payload, frozen=True):
    """A device stopped recording, and why."""

    recording: UUID
    ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    why: Literal["person", "consent", "full", "device", "reload", "ended", "held", "phase"]


class RecordingUploaded(Payload, frozen=True):
    """A recording is here; its bytes came before it."""

    recording: UUID
    upload: UUID
    ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    size: Annotated[int, Meta(ge=1, le=100_000_000_000)]


class PhaseMove(Payload, frozen=True, rename={"from_": "from"}):
    """The encounter moves on; `from` is what the author saw, so that two movers cannot both succeed."""

    from_: PhaseName
    to: PhaseName
    reason: Short | None = None


class StanceChange(Payload, frozen=True):
    """A preceptor goes away, listens, or comes into the conversation."""

    stance: Literal["away", "listening", "in"]


class Whisper(Payload, frozen=True):
    """A preceptor begins or ends speaking to the learner alone."""

    on: bool


class Hand(Payload, frozen=True):
    """A raised or lowered hand."""

    up: bool


class Mute(Payload, frozen=True):
    """The responsible clinician switches a seat's sound off or on."""

    seat: UUID
    muted: bool


class Remove(Payload, frozen=True):
    """The responsible clinician takes a seat out of the encounter."""

    seat: UUID
    reason: Short | None = None


class Admit(Payload, frozen=True):
    """Staff let a waiting device in, or not."""

    device: UUID
    seat: UUID
    admit: bool


class Mark(Payload, frozen=True):
    """A moment worth coming back to, such as "teach this"."""

    label: Label
    text: Short | None = None


class StillAsk(Payload, frozen=True):
    """Staff ask the patient's side for a sharp picture, taken there in full resolution."""

    of: UUID
    text: Short | None = None


class StillDeclined(Payload, frozen=True):
    """No picture is sent now. `ask` is the entry that asked."""

    ask: UUID


class Still(Payload, frozen=True):
    """A picture was taken; the bytes travel apart and may come later. `ask` is the entry that asked for it."""

    capture: UUID
    shows: UUID
    width: Annotated[int, Meta(ge=1, le=10000)]
    height: Annotated[int, Meta(ge=1, le=10000)]
    size: Annotated[int, Meta(ge=1, le=20_000_000)]
    caption: Short | None = None
    ask: UUID | None = None


class NoteUpdate(Payload, frozen=True):
    """A Yjs update of the shared note, base64."""

    update: Annotated[str, Meta(min_length=1, max_length=64 * 1024, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]


SectionName = Literal["subjective", "objective", "assessment", "plan"]


class Sections(Payload, frozen=True):
    """The four parts of a SOAP note."""

    subjective: Text
    objective: Text
    assessment: Text
    plan: Text


class NoteComment(Payload, frozen=True):
    """A remark on one section of the note."""

    section: SectionName
    text: Line


class NoteSubmit(Payload, frozen=True):
    """The learner hands the note in for co-signature."""

    sections: Sections


class NoteReturn(Payload, frozen=True):
    """The preceptor gives the note back with what to change."""

    version: Annotated[int, Meta(ge=1)]
    comment: Line


class NoteCosign(Payload, frozen=True):
    """The preceptor signs exactly this text, named by its SHA-256."""

    version: Annotated[int, Meta(ge=1)]
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Summary(Payload, frozen=True):
    """What the patient takes home, in plain words."""

    text: Annotated[str, Meta(min_length=1, max_length=8000)]


class Talk(Payload, frozen=True):
    """When this seat's person spoke, from the level of their own microphone."""

    spans: Annotated[list[tuple[EpochMs, EpochMs]], Meta(min_length=1, max_length=64)]

    def __post_init__(self) -> None:
        if any(begin > end for begin, end in self.spans):
            raise ValueError("a span ends before it begins")


class Link(Payload, frozen=True):
    """What a device knows of its own connection."""

    quality: Literal["good", "weak", "bad"]
    rtt_ms: Annotated[float, Meta(ge=0, le=600_000)] | None = None
    loss_pct: Annotated[float, Meta(ge=0, le=100)] | None = None


#: The rungs and reasons of the table that `media.ladder` hands to every device.
RungName = Literal["text", "clip", "voice", "stills", "thumb", "video", "hd"]
RungReason = Literal[
    "start", "better", "loss", "delay", "narrow", "cpu", "battery", "save_data",
    "budget", "pin", "unseen", "asked", "priority", "silent", "lost",
]  # fmt: skip


class RungChange(Payload, frozen=True):
    """How a device is connected from now on, and why. Only its own seat says so."""

    rung: RungName
    was: RungName | None
    reason: RungReason


class Help(Payload, frozen=True):
    """A call for the help desk."""

    text: Short | None = None


class Screen(Payload, frozen=True):
    """Sharing of a screen begins or ends."""

    on: bool


class Opened(Payload, frozen=True):
    """The first line of every journal: what was booked."""

    kind: Literal["clinic", "simulated", "practice", "seminar"]
    starts_at: datetime
    ends_at: datetime
    mode: Literal["live", "store_and_forward"] = "live"
    answer_hours: int | None = None


class Brief(Payload, frozen=True):
    """The reason for the visit, from booking."""

    text: Line


class PresenceChange(Payload, frozen=True):
    """A person came, was lost, or left."""

    seat: UUID
    state: Literal["joined", "lost", "left"]
    instance: UUID | None = None


class Booking(Payload, frozen=True):
    """A change to the booking."""

    change: Literal["booked", "moved", "cancelled", "no_show", "seat_added"]
    reason: Short | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    seat: UUID | None = None


class InvitationAct(Payload, frozen=True):
    """What was done with a seat's link."""

    seat: UUID
    act: Literal["issued", "mailed", "redeemed", "revoked"]


DeviceActName = Literal["waiting", "admitted", "refused", "took_over"]


class DeviceAct(Payload, frozen=True):
    """A browser came to hold a seat, waits for it, or lost it."""

    seat: UUID
    device: UUID
    act: DeviceActName
    label: Annotated[str, Meta(max_length=60)]


class HelpAnswer(Payload, frozen=True):
    """The help desk's answer."""

    state: Literal["answered", "solved"]
    text: Short | None = None


def _kind(
    name: str, payload: type[Payload], *audiences: str, from_device: bool = True, after_close: bool = False
) -> Kind:
    return Kind(name, payload, frozenset(audiences), from_device=from_device, after_close=after_close)


FROM_DEVICES = [
    _kind("message", Message, ROOM, STAFF, CARE, PRECEPTORS, DIRECT),
    _kind("clip", ClipSent, ROOM, STAFF, CARE, PRECEPTORS, DIRECT),
    _kind("heard", Heard, DIRECT, after_close=True),
    _kind("question", Question, CARE),
    _kind("answer", Answer, CARE),
    _kind("recording.started", RecordingStarted, EVERYONE, CARE),
    _kind("recording.stopped", RecordingStopped, EVERYONE, CARE, after_close=True),
    _kind("recording.uploaded", RecordingUploaded, EVERYONE, CARE, after_close=True),
    _kind("phase", PhaseMove, EVERYONE),
    _kind("stance", StanceChange, EVERYONE),
    _kind("whisper", Whisper, CARE),
    _kind("hand", Hand, EVERYONE),
    _kind("mute", Mute, EVERYONE),
    _kind("remove", Remove, EVERYONE),
    _kind("admit", Admit, STAFF),
    _kind("mark", Mark, CARE),
    _kind("observation", Observation, CARE, ROOM),
    _kind("still", Still, CARE, ROOM, after_close=True),
    _kind("still.ask", StillAsk, ROOM),
    _kind("still.declined", StillDeclined, CARE),
    _kind("note.update", NoteUpdate, CARE, after_close=True),
    _kind("note.comment", NoteComment, CARE, after_close=True),
    _kind("note.submit", NoteSubmit, CARE, after_close=True),
    _kind("note.return", NoteReturn, CARE, after_close=True),
    _kind("note.cosign", NoteCosign, CARE, after_close=True),
    _kind("summary", Summary, ROOM, after_close=True),
    _kind("talk", Talk, EVERYONE),
    _kind("link", Link, EVERYONE),
    _kind("rung", RungChange, EVERYONE),
    _kind("help", Help, EVERYONE),
    _kind("screen", Screen, ROOM),
]

FROM_SERVER = [
    _kind("opened", Opened, EVERYONE, from_device=False),
    _kind("brief", Brief, CARE, from_device=False),
    _kind("presence", PresenceChange, EVERYONE, from_device=False),
    _kind("booking", Booking, STAFF, from_device=False),
    _kind("invitation", InvitationAct, STAFF, from_device=False),
    _kind("device", DeviceAct, EVERYONE, from_device=False, after_close=True),
    _kind("help.answer", HelpAnswer, EVERYONE, from_device=False),
]

KINDS = [*FROM_DEVICES, *FROM_SERVER]
