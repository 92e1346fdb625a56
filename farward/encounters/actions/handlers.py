"""What the encounter's own entries check and change. Importing this module registers the handlers."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters import entries, rules
from farward.encounters.handlers import handles
from farward.encounters.models import Device, Kind, Phase, Presence, Seat, Stance, Status
from farward.encounters.moments import load_scene, moment_of
from farward.encounters.phases import block_of
from farward.encounters.throttle import within_limit
from farward.journal.actions import close_journal
from farward.journal.queries import decode, read_entries
from farward.journal.types import Draft, Refused
from farward.media.wiring import WHISPER
from farward.privacy.actions import set_standing_decision
from farward.privacy.entries import ConsentDecision
from farward.privacy.texts import UnknownText, consent_text

#: A page looks every four seconds, and takes three good looks to call a weak connection good again.
MOST_LINKS_A_MINUTE = 12


@handles("phase")
def move_phase(seat: Seat, draft: Draft, payload: entries.PhaseMove) -> None:
    """Move the encounter on, if it is still where the author saw it and the machine allows it."""
    encounter = seat.encounter
    if payload.from_ != encounter.phase:
        raise Refused(
            "stale_phase",
            _("The visit has already moved to %(phase)s.") % {"phase": Phase(encounter.phase).label},
        )
    to = Phase(payload.to)
    block = block_of(moment_of(load_scene(encounter)), seat.role, to)
    if block is not None:
        raise Refused(block.code, block.message)
    encounter.resumes = encounter.phase if to == Phase.TECH_BREAK else ""
    encounter.phase = to
    encounter.phase_since = timezone.now()
    if to == Phase.CLOSED:
        encounter.status = Status.CLOSED
    encounter.save(update_fields=["phase", "phase_since", "resumes", "status"])
    _settle_seats(seat, to)


def _settle_seats(mover: Seat, phase: str) -> None:
    """End whispers where none can be; at the end everyone has left and the journal takes no more talk."""
    seats = Seat.objects.filter(encounter=mover.encounter)
    if phase not in WHISPER:
        seats.filter(whispering=True).update(whispering=False)
        mover.whispering = False
    if phase == Phase.CLOSED:
        seats.update(stance=Stance.AWAY, hand_since=None, here_since=None)
        seats.exclude(presence=Presence.AWAY).update(presence=Presence.LEFT)
        close_journal(journal_id=mover.encounter.pk)


@handles("consent")
def decide_consent(seat: Seat, draft: Draft, payload: ConsentDecision) -> None:
    """Make the decision stand, if this seat may record it and the wording is one of ours."""
    if seat.encounter.status == Status.CLOSED and payload.decision == "given":
        raise Refused("journal_closed", _("This visit is closed. A consent can only be taken back now."))
    subject = rules.seat_in(seat.encounter, payload.subject)
    if not rules.can_decide(seat, subject, payload.by):
        raise Refused("not_allowed", _("Your place in this visit cannot record this decision."))
    if payload.by == "proxy" and not payload.relation:
        raise Refused("bad_payload", _("Say what you are to the patient, for example mother or guardian."))
    try:
        consent_text(payload.purpose, version=payload.text_version, language=payload.language)
    except UnknownText:
        raise Refused("unknown_text", _("This wording is not known here. Reload the page and ask again.")) from None
    if payload.decision == "given":
        _refuse_overruling(seat, draft, payload)
    set_standing_decision(journal_id=seat.encounter.pk, entry_id=draft.id, decision=payload, decided_at=timezone.now())


def _refuse_overruling(seat: Seat, draft: Draft, yes: ConsentDecision) -> None:
    """A no stands against a yes of somebody else that is older and only came late, or that is not the patient's own."""
    said = read_entries(journal_id=seat.encounter.pk, kinds=("consent",))
    for entry in reversed(said):
        last = decode(entry)
        if not isinstance(last, ConsentDecision) or (last.subject, last.purpose) != (yes.subject, yes.purpose):
            continue
        if last.decision == "given" or entry.author == f"seat:{seat.pk}":
            return
        if draft.at < min(entry.at, entry.received):
            raise Refused("stale_consent", _("The answer has changed since. Ask the patient again."))
        if last.by == "self" and yes.by != "self":
            raise Refused("patient_said_no", _("The patient said no on their own page. Only there can they say yes."))
        return


@handles("stance")
def take_stance(seat: Seat, draft: Draft, payload: entries.StanceChange) -> None:
    """Go away, listen, or come in. Only who listens may go on whispering."""
    seat.stance = Stance(payload.stance)
    seat.whispering = seat.whispering and seat.stance == Stance.LISTENING
    seat.save(update_fields=["stance", "whispering"])


@handles("whisper")
def whisper(seat: Seat, draft: Draft, payload: entries.Whisper) -> None:
    """Begin or end speaking to the learner alone. Who whispers listens, and everyone is shown that."""
    encounter = seat.encounter
    if payload.on and (encounter.phase not in WHISPER or encounter.kind == Kind.SEMINAR):
        raise Refused("not_from_here", _("There is no whispering in this phase."))
    seat.whispering = payload.on
    if payload.on and seat.stance == Stance.AWAY:
        seat.stance = Stance.LISTENING
    seat.save(update_fields=["stance", "whispering"])


@handles("hand")
def raise_hand(seat: Seat, draft: Draft, payload: entries.Hand) -> None:
    """Raise the hand, keeping since when, or lower it."""
    seat.hand_since = (seat.hand_since or timezone.now()) if payload.up else None
    seat.save(update_fields=["hand_since"])


@handles("link")
def report_link(seat: Seat, draft: Draft, payload: entries.Link) -> None:
    """Keep what the device last said of its connection, which everyone is told: no more often than it can change."""
    if not within_limit("link.report", str(seat.pk), MOST_LINKS_A_MINUTE):
        raise Refused("too_often", _("This device says too often how it is connected. It may again in a minute."))
    seat.link_quality = payload.quality
    seat.save(update_fields=["link_quality"])


@handles("mute")
def mute_seat(seat: Seat, draft: Draft, payload: entries.Mute) -> None:
    """Switch another seat's sound off or on."""
    target = _direct(seat, payload.seat)
    Seat.objects.filter(pk=target.pk).update(muted=payload.muted)


@handles("remove")
def remove_seat(seat: Seat, draft: Draft, payload: entries.Remove) -> None:
    """Take another seat out: its devices and links open nothing more."""
    target = _direct(seat, payload.seat)
    now = timezone.now()
    Seat.objects.filter(pk=target.pk).update(
        removed_at=now, presence=Presence.LEFT, instance=None, whispering=False, hand_since=None, here_since=None
    )
    target.devices.filter(revoked_at=None).update(revoked_at=now)
    target.invitations.filter(revoked_at=None).update(revoked_at=now)


def _direct(seat: Seat, target_id: UUID) -> Seat:
    target = rules.seat_in(seat.encounter, target_id)
    if not rules.can_direct(seat, target):
        raise Refused("not_allowed", _("Only the responsible clinician mutes or removes somebody else."))
    return target


@handles("admit")
def admit_device(seat: Seat, draft: Draft, payload: entries.Admit) -> None:
    """Let a waiting device in, or turn it away."""
    target = rules.seat_in(seat.encounter, payload.seat)
    device = Device.objects.filter(pk=payload.device, seat=target, admitted_at=None, revoked_at=None).first()
    if device is None:
        raise Refused("unknown_device", _("This device is not waiting any more."))
    now = timezone.now()
    if payload.admit:
        Device.objects.filter(pk=device.pk).update(admitted_at=now)
    else:
        Device.objects.filter(pk=device.pk).update(revoked_at=now)
