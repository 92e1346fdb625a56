"""Every address of Farward: who may open it, with which method. An address without a row here is closed.

Columns, by how near an account stands to what the address names:

- `own`: accounts that have a seat in the encounter, by the seat's role (or to whom the seat belongs);
- `site`: accounts with a role at the encounter's site, or the person's or rotation's, without a seat in it;
- `far`: accounts with that role at another site only;
- `seats`: devices that hold the seat by its cookie, by the seat's role. A cookie of any other seat opens nothing.

Where an address names nothing, `site` holds for everyone who has that role anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .people import (
    ACCOUNTS,
    ADMINISTRATORS,
    AUDITORS,
    BOOKERS,
    CARE,
    EVERY_SEAT,
    HELP_DESK,
    HELPER,
    MANAGERS,
    MEMBERS,
    NOBODY,
    OBSERVER,
    OFFICERS,
    PATIENT,
    PATIENT_SIDE,
    PRECEPTOR,
)

GET, POST, PUT = ("GET",), ("POST",), ("PUT",)
BOTH = (*GET, *POST)


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Attributes:
        methods: what it answers to; HEAD and OPTIONS are not listed.
        public: whether it opens without signing in.
        half: it opens only in the middle of signing in, and sends everyone else to its beginning.
        mine: what it names must belong to the account that asks.
    """

    methods: tuple[str, ...]
    what: str
    own: frozenset[str] = NOBODY
    site: frozenset[str] = NOBODY
    far: frozenset[str] = NOBODY
    seats: frozenset[str] = NOBODY
    public: bool = False
    half: bool = False
    mine: bool = False


def _page(methods: tuple[str, ...], who: frozenset[str], what: str) -> Row:
    """An address that names nothing: its content is the reader's own."""
    return Row(methods, what, site=who, far=who)


def _public(methods: tuple[str, ...], what: str) -> Row:
    return Row(methods, what, own=EVERY_SEAT, site=ACCOUNTS, far=ACCOUNTS, public=True)


def _seat(methods: tuple[str, ...], who: frozenset[str], what: str) -> Row:
    return Row(methods, what, seats=who)


def _desk(methods: tuple[str, ...], what: str, own: frozenset[str] = frozenset({PRECEPTOR})) -> Row:
    """Of one encounter: for those who book at its site. A preceptor in it books there too."""
    return Row(methods, what, own=own, site=BOOKERS, far=ADMINISTRATORS)


_STAFF_SEATS = CARE | {OBSERVER}
_SPEAKING = EVERY_SEAT - {HELPER}
_CLOSED = Row(BOTH, "closed: the school gives out addresses and accounts")

ROUTES: Final[Mapping[str, Row]] = {
    # The school
    "": _page(GET, ACCOUNTS, "the first page: the reader's own work"),
    "week/": _page(GET, MEMBERS, "a week of the encounters that the reader may see"),
    "people/": _page(GET, MANAGERS, "the people of the reader's sites"),
    "people/new": _page(BOTH, MANAGERS, "add a person"),
    "people/<uuid:person>/": Row(BOTH, "one person's name, address, roles", site=MANAGERS, far=ADMINISTRATORS),
    "people/<uuid:person>/second-step": Row(
        POST, "take away a second step that was lost", site=ADMINISTRATORS, far=ADMINISTRATORS
    ),
    "people/<uuid:person>/password": Row(POST, "a link for choosing a password", site=MANAGERS, far=ADMINISTRATORS),
    "sites/": _page(GET, ADMINISTRATORS, "all sites"),
    "sites/new": _page(BOTH, ADMINISTRATORS, "add a site"),
    "sites/<uuid:site>/": Row(BOTH, "one site", site=ADMINISTRATORS, far=ADMINISTRATORS),
    "sites/<uuid:site>/rotations/new": Row(BOTH, "add a rotation", site=MANAGERS, far=ADMINISTRATORS),
    "rotations/": _page(GET, MANAGERS, "the rotations of the reader's sites"),
    "rotations/<uuid:rotation>/": Row(BOTH, "one rotation", site=MANAGERS, far=ADMINISTRATORS),
    "help/": _page(GET, HELP_DESK, "running encounters by short names, calls for help; no content"),
    "help/<uuid:encounter_id>/answer": Row(POST, "answer a call for help", site=HELP_DESK, far=ADMINISTRATORS),
    "privacy/": _page(GET, OFFICERS, "signals to look at, of the reader's sites"),
    "privacy/signals/<int:flag_id>": Row(POST, "mark a signal off", site=OFFICERS),
    "privacy/access/": _page(GET, OFFICERS, "who looked at what, at the reader's sites"),
    "privacy/access.csv": _page(GET, OFFICERS, "the same as a file"),
    "integrity/": _page(BOTH, AUDITORS, "the proof that no record was changed"),
    # Encounters, for accounts
    "e/new": _page(BOTH, BOOKERS, "book an encounter"),
    "e/<uuid:encounter_id>/": Row(
        GET, "when, who, how far each link has come", own=EVERY_SEAT, site=BOOKERS, far=ADMINISTRATORS
    ),
    "e/<uuid:encounter_id>/change": _desk(POST, "another time"),
    "e/<uuid:encounter_id>/seats/new": _desk(POST, "one more person"),
    "e/<uuid:encounter_id>/seats/<uuid:seat_id>/link": _desk(POST, "give out, mail or revoke a link"),
    "e/<uuid:encounter_id>/cancel": _desk(POST, "cancel it"),
    "e/<uuid:encounter_id>/no-show": _desk(POST, "note that the patient did not come"),
    "e/<uuid:encounter_id>/enter": Row(POST, "go to the own seat", own=EVERY_SEAT),
    "e/<uuid:encounter_id>/note/": Row(BOTH, "the note: read, write, submit, co-sign", own=CARE),
    "e/<uuid:encounter_id>/debrief/": Row(GET, "the visit from beginning to end", own=_STAFF_SEATS),
    "e/<uuid:encounter_id>/captures/<uuid:capture_id>": Row(GET, "a picture of the care team's", own=CARE),
    "e/<uuid:encounter_id>/clips/<uuid:clip_id>": Row(GET, "a voice note of the room's", own=_STAFF_SEATS),
    "e/<uuid:encounter_id>/recordings/<uuid:upload_id>": Row(GET, "a recording", own=CARE),
    "e/<uuid:encounter_id>/emergency/open": Row(
        BOTH,
        "break glass: ask for the record, with a reason",
        site=ADMINISTRATORS | {PRECEPTOR},
        far=ADMINISTRATORS,
    ),
    "e/<uuid:encounter_id>/emergency/": Row(GET, "the record, for who broke the glass, for an hour", mine=True),
    "e/<uuid:encounter_id>/emergency/pictures/<uuid:capture_id>": Row(GET, "a picture of it", mine=True),
    "e/<uuid:encounter_id>/emergency/end": Row(
        POST, "give it back before the hour is over", own=EVERY_SEAT, site=BOOKERS, far=ADMINISTRATORS
    ),
    "s/<uuid:seat_id>/enter": Row(POST, "hold the own seat with this browser", own=EVERY_SEAT),
    "s/<uuid:seat_id>/pack": Row(POST, "keep the visit on this device for offline", own=CARE),
    "s/<uuid:seat_id>/step-in": Row(POST, "go into a room from the tower", own=frozenset({PRECEPTOR})),
    "tower/": _page(GET, frozenset({PRECEPTOR}), "the preceptor's own encounters as tiles"),
    "tower/tiles.json": _page(GET, ACCOUNTS, "the same as data: nothing for who supervises nothing"),
    "tower/go": Row(POST, "go into a room", own=frozenset({PRECEPTOR})),
    "tower/say": Row(POST, "send the learner a line", own=frozenset({PRECEPTOR})),
    # Seats, for the device that holds one
    "j": _public(BOTH, "open a seat by its link; GET tells nothing of any link"),
    "s/<uuid:seat_id>/lobby": _seat(GET, EVERY_SEAT, "try camera, sound and connection"),
    "s/<uuid:seat_id>/go": _seat(POST, EVERY_SEAT, "go from the lobby to the room"),
    "s/<uuid:seat_id>/ping": _seat(GET, EVERY_SEAT, "random bytes to measure the connection with"),
    "s/<uuid:seat_id>/waiting": _seat(GET, EVERY_SEAT, "wait to be let in"),
    "s/<uuid:seat_id>/": _seat(GET, EVERY_SEAT, "the room"),
    "s/<uuid:seat_id>/leave": _seat(POST, EVERY_SEAT, "leave"),
    "s/<uuid:seat_id>/left": _seat(GET, EVERY_SEAT, "after leaving"),
    "s/<uuid:seat_id>/summary/": _seat(GET, _SPEAKING, "what the patient takes home"),
    "s/<uuid:seat_id>/seen/": _seat(GET, frozenset({PATIENT}), "who has seen what of the visit"),
    "s/<uuid:seat_id>/take-back": _seat(POST, PATIENT_SIDE | CARE, "take the own consent back"),
    "s/<uuid:seat_id>/note.bin": _seat(GET, CARE, "the note as one update"),
    "s/<uuid:seat_id>/captures/<uuid:capture_id>": _seat(GET, CARE, "a picture of the care team's"),
    "s/<uuid:seat_id>/captures/<uuid:capture_id>/from/<int:offset>": _seat(PUT, _SPEAKING, "send a piece of a picture"),
    "s/<uuid:seat_id>/clips/<uuid:clip_id>": _seat(GET, _SPEAKING, "a voice note of the room's"),
    "s/<uuid:seat_id>/clips/<uuid:clip_id>/<int:number>": _seat(PUT, _SPEAKING, "send a piece of a voice note"),
    "s/<uuid:seat_id>/uploads/": _seat(POST, PATIENT_SIDE | CARE, "begin to send a recording"),
    "s/<uuid:seat_id>/uploads/<uuid:upload_id>": _seat(("PATCH", "DELETE"), PATIENT_SIDE | CARE, "go on with the own"),
    # The shell of every page
    "sw.js": _public(GET, "the service worker"),
    "manifest.webmanifest": _public(GET, "name and icons"),
    "offline": _public(GET, "the page for when there is no network; empty until the worker fills it"),
    # Signing in, by django-allauth: the reader's own account and nobody else's
    "accounts/login/": _public(BOTH, "sign in"),
    "accounts/logout/": _public(BOTH, "sign out"),
    "admin/logout/": _page(BOTH, ACCOUNTS, "sign out from Django's admin"),
    "accounts/inactive/": _public(GET, "this account is closed"),
    "accounts/signup/": _public(BOTH, "says that the school makes accounts"),
    "accounts/password/reset/": _public(BOTH, "ask for a new password; the same answer for every address"),
    "accounts/password/reset/done/": _public(GET, "the mail is on its way, if there is such an account"),
    "accounts/password/reset/key/done/": _public(GET, "the password was chosen"),
    r"accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": _public(BOTH, "choose a password by link"),
    "accounts/login/code/confirm/": Row(BOTH, "a code instead of a password: switched off", half=True),
    "accounts/2fa/authenticate/": Row(BOTH, "the second step", half=True),
    "accounts/reauthenticate/": _page(BOTH, ACCOUNTS, "prove again who you are"),
    "accounts/password/change/": _page(BOTH, ACCOUNTS, "change the own password"),
    "accounts/password/set/": _page(BOTH, ACCOUNTS, "choose the own first password"),
    "accounts/2fa/": _page(GET, ACCOUNTS, "the own second step"),
    "accounts/2fa/reauthenticate/": _page(BOTH, ACCOUNTS, "prove again who you are, by the second step"),
    "accounts/2fa/totp/activate/": _page(BOTH, ACCOUNTS, "switch the own second step on"),
    "accounts/2fa/totp/deactivate/": Row(BOTH, "switch it off", mine=True),
    "accounts/2fa/recovery-codes/": Row(GET, "the own recovery codes", mine=True),
    "accounts/2fa/recovery-codes/generate/": _page(BOTH, ACCOUNTS, "new ones"),
    "accounts/2fa/recovery-codes/download/": Row(GET, "keep them", mine=True),
    "accounts/sessions/": _page(GET, ACCOUNTS, "the own sessions"),
    "accounts/sessions/end": _page(POST, ACCOUNTS, "sign out in every other browser"),
    "accounts/sessions/<int:session>/end": Row(POST, "sign out in one other browser", mine=True),
    "accounts/lock": _page(GET, ACCOUNTS, "the way to unlock the own session"),
    "accounts/unlock": _page(POST, ACCOUNTS, "unlock it"),
    "accounts/touched": _page(BOTH, ACCOUNTS, "how long until it locks"),
    "accounts/2fa/webauthn/": _page(GET, ACCOUNTS, "the own passkeys"),
    "accounts/2fa/webauthn/add/": _page(BOTH, ACCOUNTS, "add one"),
    "accounts/2fa/webauthn/reauthenticate/": _page(BOTH, ACCOUNTS, "prove again who you are, by a passkey"),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Row(BOTH, "remove one", mine=True),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Row(BOTH, "name one", mine=True),
    "accounts/2fa/webauthn/login/": Row(BOTH, "sign in with a passkey; the same answer for everyone", half=True),
    "^accounts/(email|confirm-email)/": _CLOSED,
    "accounts/email/": _CLOSED,
    "accounts/confirm-email/": _CLOSED,
    r"accounts/confirm-email/(?P<key>[-:\w]+)/$": _CLOSED,
}

#: Everything below these opens only for a superuser, who is an administrator; each address of it is tried all the same.
SUPERUSERS: Final = ("admin/",)

#: Only where `farward demo` runs, a school in which everyone is made up.
DEMO: Final[Mapping[str, Row]] = {
    "demo/<str:token>": _public(BOTH, "sign in as somebody made up, once"),
    "demo-seat/<str:token>": _public(BOTH, "the same, and take their seat in a visit"),
}

#: The live channel, beside Django's addresses.
SOCKETS: Final[Mapping[str, Row]] = {
    "s/<uuid:seat>/live": _seat(GET, EVERY_SEAT, "the live channel over a WebSocket"),
    "s/<uuid:seat>/frames": _seat(BOTH, EVERY_SEAT, "the same frames over plain requests"),
    "tower/live": _page(GET, ACCOUNTS, "the tower's tiles as they change: nothing for who supervises nothing"),
}


def row_of(address: str) -> Row | None:
    """The row of an address pattern as Django names it; None where it is closed."""
    listed = ROUTES.get(address) or DEMO.get(address)
    if listed is None and address.startswith(SUPERUSERS):
        return Row(BOTH, "Django's admin: accounts, sites, rotations", site=ADMINISTRATORS, far=ADMINISTRATORS)
    return listed
