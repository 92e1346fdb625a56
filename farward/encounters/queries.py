"""What the room asks: its whole derived state for one seat, and that seat's wiring.

Everything is read once for the encounter (`room_of`), in at most six queries, and then turned into one frame for each
seat by pure functions, so that telling five seats costs little more than telling one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from farward.media.ice import Ice, ice_servers
from farward.media.wiring import Circle, Place, circles, is_held, peers_of

from .guidance import Situation, hold_reason, next_step
from .identity import Identity, identities_of, shown_name
from .models import OPEN, Device, Encounter, Kind, LinkQuality, Presence, Seat, SeatRole, Stance, Status
from .moments import Scene, load_scene, moment_of, places_of
from .phases import MOVERS, block_of, label_of, next_phases

Frame = dict[str, Any]

NO_ICE: Ice = {"servers": [], "policy": "all"}


@dataclass(frozen=True, slots=True)
class Room:
    """An encounter as read at one moment."""

    scene: Scene
    names: Mapping[UUID, str]
    waiting: list[Device]
    places: list[Place]
    circles: list[Circle]


def room_of(encounter_id: UUID) -> Room:
    """Read the whole room. Raises Encounter.DoesNotExist."""
    return _room(Encounter.objects.select_related("site").get(pk=encounter_id))


def room_state(seat_id: UUID) -> Frame:
    """The `room` frame of a seat. Raises Seat.DoesNotExist; LookupError where the seat was removed."""
    return room_frame(room_of(_encounter_of(seat_id)), seat_id)


def seat_names(encounter: Encounter) -> dict[UUID, str]:
    """The name of everyone who has or had a seat. For those who may see them all: for a seat see `names_for`."""
    return {seat_id: identity.name for seat_id, identity in seat_identities(encounter).items()}


def names_for(me: Seat) -> dict[UUID, str]:
    """What this seat is to call everyone who has or had a seat: the name where it may see it, else the role."""
    seats = list(me.encounter.seats.select_related("user"))
    found = identities_of(seats)
    return {seat.pk: shown_name(me, seat, found[seat.pk].name) for seat in seats}


def seat_identities(encounter: Encounter) -> dict[UUID, Identity]:
    """Name and addresses of everyone who has or had a seat. For those whom `rules.can_change` lets in."""
    return identities_of(list(encounter.seats.select_related("user")))


def worst_link(seats: Iterable[Seat]) -> str:
    """The worst connection of those who are here or were lost: lost, bad, weak, good; empty while nobody is there."""
    known = {
        "lost" if seat.presence == Presence.LOST else seat.link_quality or LinkQuality.GOOD
        for seat in seats
        if seat.presence in {Presence.JOINED, Presence.LOST}
    }
    return next((quality for quality in ("lost", "bad", "weak", "good") if quality in known), "")


def room_frame(room: Room, seat_id: UUID) -> Frame:
    """The `room` frame of one seat. Raises LookupError where the seat was removed."""
    me = room.scene.seat(seat_id)
    encounter = room.scene.encounter
    staff = me.role in MOVERS
    return {
        "t": "room",
        "encounter": {
            "id": str(encounter.pk),
            "kind": encounter.kind,
            "mode": encounter.mode,
            "status": encounter.status,
            "phase": encounter.phase,
            "phase_since": _iso(encounter.phase_since),
            "resumes": encounter.resumes,
            # Of the note, only those who write it are told.
            "note_state": encounter.note_state if staff else None,
            "note_version": encounter.note_version if staff else None,
            "starts_at": _iso(encounter.starts_at),
            "ends_at": _iso(encounter.ends_at),
        },
        "answer": _answer(encounter, me),
        "me": {"seat": str(me.pk), "role": me.role, "name": _name(room, me, me)},
        "seats": [_seat_line(room, me, seat) for seat in room.scene.seats],
        "moves": _moves(room.scene, me) if staff else [],
        "next": next_step(encounter.kind, encounter.phase, me.role, situation_of(room, me)),
        "consents": _consents(room.scene, me),
        "waiting": [_waiting_line(room, device) for device in room.waiting] if staff else [],
        "circle": _circle(room, me),
        "whisper": _whisper(room, me),
        "hold": _hold(room, me),
    }


def wiring_frame(room: Room, seat_id: UUID) -> Frame:
    """The `wiring` frame of a seat: whom it may connect to, what each may send, and by which servers."""
    encounter = room.scene.encounter
    live = encounter.status == Status.LIVE
    peers = peers_of(str(seat_id), encounter.kind, encounter.phase, room.places) if live else []
    return {
        "t": "wiring",
        "peers": [
            {
                "seat": peer.seat,
                "role": peer.role,
                "instance": peer.instance,
                "link": peer.link,
                "polite": peer.polite,
                "send": sorted(peer.send),
                "recv": sorted(peer.recv),
            }
            for peer in peers
        ],
        # A relay costs the school money: nobody is handed a password for it who will not connect to anybody.
        "ice": ice_servers(seat_id, timezone.now()) if _connects(encounter) else NO_ICE,
    }


def _connects(encounter: Encounter) -> bool:
    """Whether anybody is or will be connected live."""
    return encounter.status in OPEN and encounter.kind != Kind.PRACTICE and not encounter.by_messages


def situation_of(room: Room, me: Seat) -> Situation:
    """The room as guidance sees it from one seat."""
    moment = moment_of(room.scene)
    patient = room.scene.patient
    return Situation(
        live=moment.live,
        patient_here=patient is not None and patient.presence == Presence.JOINED,
        preceptor_here=moment.preceptor_here,
        missing=moment.missing,
        denied=room.scene.denied_since is not None,
        waiting=bool(room.waiting),
        stance=me.stance,
        whispering=me.whispering,
        note_state=room.scene.encounter.note_state,
        by_messages=moment.by_messages,
        asked=room.scene.encounter.answer_due is not None,
        answered=moment.answered,
    )


def _room(encounter: Encounter) -> Room:
    scene = load_scene(encounter)
    places = places_of(scene)
    waiting = Device.objects.filter(
        seat__encounter=encounter, seat__removed_at=None, admitted_at=None, revoked_at=None
    ).order_by("created_at")
    over = encounter.status not in OPEN
    names = {seat_id: identity.name for seat_id, identity in identities_of(scene.seats).items()}
    return Room(
        scene=scene,
        names=names,
        waiting=[] if over else list(waiting),
        places=places,
        circles=circles(encounter.kind, encounter.phase, places),
    )


def _encounter_of(seat_id: UUID) -> UUID:
    return Seat.objects.values_list("encounter_id", flat=True).get(pk=seat_id)


def _name(room: Room, me: Seat, seat: Seat) -> str:
    return shown_name(me, seat, room.names.get(seat.pk, ""))


def _seat_line(room: Room, me: Seat, seat: Seat) -> Frame:
    weak = seat.presence == Presence.JOINED and seat.link_quality in {LinkQuality.WEAK, LinkQuality.BAD}
    presence = "weak" if weak else seat.presence
    if seat.encounter.by_messages and presence == Presence.LOST:
        # Who closes the page of a visit by messages has lost nothing.
        presence = Presence.LEFT
    line: Frame = {
        "seat": str(seat.pk),
        "role": seat.role,
        "name": _name(room, me, seat),
        "presence": presence,
        "stance": Stance.LISTENING if seat.whispering else seat.stance,
        "hand_since": _iso(seat.hand_since),
        "muted": seat.muted,
        "here_since": _iso(seat.here_since),
    }
    if me.role in MOVERS:
        line["whispering"] = seat.whispering
    return line


def _moves(scene: Scene, me: Seat) -> list[Frame]:
    moment = moment_of(scene)
    moves = []
    for to in next_phases(moment):
        block = block_of(moment, me.role, to)
        moves.append({"to": to, "label": label_of(moment, to), "blocked": block.message if block else None})
    return moves


def _consents(scene: Scene, me: Seat) -> list[Frame]:
    if me.role == SeatRole.HELPER:
        return []
    return [
        {"subject": str(subject), "purpose": purpose, "decision": stand.decision}
        for (subject, purpose), stand in sorted(scene.standing.items(), key=lambda item: (str(item[0][0]), item[0][1]))
    ]


def _waiting_line(room: Room, device: Device) -> Frame:
    seat = room.scene.seat(device.seat_id)
    return {"device": str(device.pk), "seat": str(seat.pk), "role": seat.role, "label": device.label}


def _circle(room: Room, me: Seat) -> Frame | None:
    for circle in room.circles:
        if circle.name != "whisper" and str(me.pk) in (*circle.members, *circle.listeners):
            return {"name": circle.name, "members": list(circle.members), "listeners": list(circle.listeners)}
    return None


def _answer(encounter: Encounter, me: Seat) -> Frame | None:
    """By messages: within how many hours an answer comes, and by when the one that is waited for."""
    if not encounter.by_messages or me.role == SeatRole.HELPER:
        return None
    return {"hours": encounter.answer_hours, "due": _iso(encounter.answer_due)}


def _whisper(room: Room, me: Seat) -> list[str] | None:
    """Who whispers and who hears it, for exactly these."""
    for circle in room.circles:
        everyone = (*circle.members, *circle.listeners)
        if circle.name == "whisper" and str(me.pk) in everyone:
            return list(everyone)
    return None


def _hold(room: Room, me: Seat) -> Frame | None:
    encounter = room.scene.encounter
    place = next(place for place in room.places if place.seat == str(me.pk))
    if encounter.by_messages or not is_held(encounter.kind, encounter.phase, place):
        return None
    denied = room.scene.denied_since
    since = max(filter(None, [encounter.phase_since, denied if place.barred else None]), default=None)
    names = {seat.role: _name(room, me, seat) for seat in reversed(room.scene.seats)}
    why = hold_reason(
        encounter.phase,
        denied=denied is not None,
        learner=names.get(SeatRole.LEARNER, ""),
        preceptor=names.get(SeatRole.PRECEPTOR, ""),
    )
    return {"since": _iso(since), "why": why}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
