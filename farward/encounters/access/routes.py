"""Every address and what it shows of people: which records an access, and which shows nobody, with the reason.

A new address belongs into one of the two lists; a test walks all routes and fails where one is in neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from farward.privacy.words import Data, Why


@dataclass(frozen=True, slots=True)
class Shows:
    """What a page shows or takes.

    Attributes:
        why: its purpose, where it has one of its own; otherwise the role of who asks says it.
        renews: it is asked again and again by a page, or comes in pieces: from one place that is one access.
    """

    what: Data
    why: Why | None = None
    renews: bool = False


#: Addresses that show or take somebody's data, by name.
SHOWS: dict[str, Shows] = {
    # Lists: when, where, and who of the school. No list names a patient.
    "home": Shows(Data.SCHEDULE),
    "week": Shows(Data.SCHEDULE),
    "tower": Shows(Data.SCHEDULE),
    "tower_tiles": Shows(Data.SCHEDULE, renews=True),
    "help": Shows(Data.SCHEDULE, Why.SUPPORT, renews=True),
    "help_answer": Shows(Data.ROOM, Why.SUPPORT),
    # One encounter, from the desk.
    "book": Shows(Data.IDENTITY),
    "encounter": Shows(Data.IDENTITY),
    "encounter_change": Shows(Data.SCHEDULE),
    "encounter_cancel": Shows(Data.SCHEDULE),
    "encounter_no_show": Shows(Data.SCHEDULE),
    "encounter_enter": Shows(Data.ROOM),
    "seat_new": Shows(Data.IDENTITY),
    "seat_link": Shows(Data.LINK),
    "seat_enter": Shows(Data.ROOM),
    # The visit, from a seat.
    "seat_lobby": Shows(Data.IDENTITY),
    "seat_room": Shows(Data.ROOM),
    "seat_step_in": Shows(Data.ROOM),
    "tower_say": Shows(Data.ROOM),
    "seat_pack": Shows(Data.PACK),
    "seat_summary": Shows(Data.SUMMARY),
    "seat_take_back": Shows(Data.CONSENT),
    "note_state": Shows(Data.NOTE, renews=True),
    "note": Shows(Data.NOTE),
    "debrief": Shows(Data.DEBRIEF, Why.TEACHING),
    "capture": Shows(Data.PICTURE),
    "seat_capture": Shows(Data.PICTURE),
    "capture_piece": Shows(Data.PICTURE, renews=True),
    "clip": Shows(Data.CLIP),
    "seat_clip": Shows(Data.CLIP),
    "clip_piece": Shows(Data.CLIP, renews=True),
    "recording": Shows(Data.RECORDING, Why.TEACHING, renews=True),
    "seat_uploads": Shows(Data.RECORDING, renews=True),
    "seat_upload": Shows(Data.RECORDING, renews=True),
    # Who has looked at what.
    "review_queue": Shows(Data.ACCESS, Why.OVERSIGHT),
    "review_flag": Shows(Data.ACCESS, Why.OVERSIGHT),
    "accesses": Shows(Data.ACCESS, Why.OVERSIGHT),
    "accesses_csv": Shows(Data.ACCESS, Why.OVERSIGHT),
    "seat_seen": Shows(Data.ACCESS),
    # In an emergency, without a place in the visit.
    "glass": Shows(Data.RECORD),
    "glass_picture": Shows(Data.PICTURE),
    # Accounts.
    "people": Shows(Data.ACCOUNT),
    "person": Shows(Data.ACCOUNT),
    "person_new": Shows(Data.ACCOUNT),
    "person_password": Shows(Data.ACCOUNT),
    "person_step": Shows(Data.ACCOUNT),
    "rotations": Shows(Data.ACCOUNT),
    "rotation": Shows(Data.ACCOUNT),
    "rotation_new": Shows(Data.ACCOUNT),
}
#: The same for whole families of addresses, by what their names begin with.
FAMILIES: dict[str, Shows] = {"admin:": Shows(Data.ACCOUNT, Why.OPERATIONS)}
#: What is reached past Django's views, by its route, and the name under which it is recorded.
CHANNELS: dict[str, str] = {
    "s/<uuid:seat>/live": "live",
    "s/<uuid:seat>/frames": "live",
    "tower/live": "tower_live",
}

_OWN = "only the own account"
#: Addresses that show nobody's data but that of who asks, or nobody's at all, and why that is so.
SHOWS_NOBODY: dict[str, str] = {
    "service_worker": "a script",
    "manifest": "names of the program",
    "offline": "a page without content; what a device kept was recorded when it was packed",
    "integrity": "numbers, and ids of what was tampered with",
    "sites": "places",
    "site": "a place",
    "site_new": "a place",
    "join": "opens a seat, whose pages record themselves",
    "seat_go": "leads on",
    "seat_ping": "random bytes",
    "seat_waiting": "says that staff will let the device in",
    "seat_leave": "leads on",
    "seat_left": "says goodbye",
    "tower_go": "leads on",
    "lock": _OWN,
    "unlock": _OWN,
    "touched": _OWN,
    "sessions": _OWN,
    "sessions_end": _OWN,
    "session_end": _OWN,
    "glass_break": "asks for a reason; breaking is recorded with it",
    "glass_end": "leads on",
}
FAMILIES_OF_NOBODY: dict[str, str] = {
    "account_": _OWN,
    "mfa_": _OWN,
    "usersessions_": _OWN,
}


def shows_of(view_name: str) -> Shows | None:
    """What a page shows; None where it shows nobody. A page that nobody declared is recorded, to be safe."""
    if view_name in SHOWS:
        return SHOWS[view_name]
    for family, shown in FAMILIES.items():
        if view_name.startswith(family):
            return shown
    return None if is_nobodys(view_name) else Shows(Data.OTHER)


def is_nobodys(view_name: str) -> bool:
    """Whether the page is declared to show nobody's data."""
    return view_name in SHOWS_NOBODY or view_name.startswith(tuple(FAMILIES_OF_NOBODY))
