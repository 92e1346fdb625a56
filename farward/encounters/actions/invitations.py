"""Links that open one seat on one device: issued, mailed, redeemed, revoked.

A link is `/j#<id>.<token>`. What follows `#` never reaches a server in a request line, so it is in no log, referrer or
proxy; the page posts it. Opening the page claims nothing, since mail scanners open every link. The first browser that
redeems a link holds the seat; another one waits until staff admit it.

Whoever cannot show the right token learns nothing: an unknown link, a wrong token and a made-up id get the same answer.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters import rules
from farward.encounters.actions.devices import add_device, find_device
from farward.encounters.actions.entries import record_system
from farward.encounters.actions.link_codes import check_code, renew_code
from farward.encounters.actions.locking import locked
from farward.encounters.actions.presence import EXPIRES_AFTER, show_out
from farward.encounters.entries import STAFF, InvitationAct
from farward.encounters.errors import LinkRefused, NotAllowed, SignInFirst
from farward.encounters.models import CALLED_OFF, OPEN, Device, Encounter, Invitation, Seat, Status
from farward.encounters.throttle import within_limit
from farward.people.models import User
from farward.people.rules import AnyUser
from farward.vault.tokens import new_token, token_matches

log = logging.getLogger(__name__)

#: A link opens its lobby a day ahead, so that camera and connection can be tried in peace.
LINK_OPENS_BEFORE = timedelta(hours=24)
#: Wrong tries a minute, for one link and for one network address.
TRIES_PER_LINK = 10
TRIES_PER_ADDRESS = 30
#: A link's id has one spelling, so that a limit for it cannot be gone round with another.
_LINK_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
#: Browsers that may wait for one seat at a time.
MAX_WAITING = 5


@dataclass(frozen=True, slots=True)
class Issued:
    """A new link. `url` holds the token and is known only now; `code` is told on another way, where there is one."""

    invitation: Invitation
    url: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A seat opened by a link.

    Attributes:
        token: the value for the device's cookie.
        waiting: staff have not let this device in yet.
        over: the link itself opens nothing any more; this device holds the seat and reads what stays of the visit.
    """

    seat: Seat
    device: Device
    token: str
    waiting: bool
    over: bool = False


def issue_invitation(*, by: User, seat: Seat) -> Issued:
    """A new link for a seat. Earlier links open nothing more; who came by one stays. Raises NotAllowed."""
    check_may_invite(by, seat)
    token, token_hash = new_token()
    now = timezone.now()
    opens_at, expires_at = link_window(seat.encounter)
    with locked(seat.encounter_id):
        seat.invitations.filter(revoked_at=None).update(revoked_at=now)
        invitation = Invitation.objects.create(
            seat=seat, token_hash=token_hash, opens_at=opens_at, expires_at=expires_at, created_by=by
        )
        code = renew_code(seat)
        record_invitation(seat, "issued", by)
    return Issued(invitation, f"{settings.FARWARD_URL}/j#{invitation.pk.hex}.{token}", code)


def revoke_invitation(*, by: User, invitation: Invitation) -> None:
    """End a link and every device that came by it. Raises NotAllowed."""
    check_may_invite(by, invitation.seat)
    now = timezone.now()
    with locked(invitation.seat.encounter_id):
        Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=now)
        show_out(invitation.seat, Device.objects.filter(invitation=invitation))
        record_invitation(invitation.seat, "revoked", by)


def redeem_invitation(
    *,
    link_id: str,
    token: str,
    label: str,
    code: str = "",
    held_token: str | None = None,
    user: AnyUser | None = None,
    address: str = "",
    now: datetime | None = None,
) -> Redeemed:
    """Open a seat by its link.

    Args:
        link_id: the part of the link before the dot, as the page posted it.
        label: what to call this browser when staff are asked to admit it.
        code: the six digits, where the site asks for them.
        held_token: this browser's cookie for the seat, where it has one: then it simply comes back.
        user: the account signed in in this browser. It opens its own seat by a link, and nobody else's.
        address: the network address that asks, for the limit on tries.

    Raises:
        LinkRefused: with the code and a sentence that says what to do.
    """
    invitation = _find(link_id, token)
    if invitation is None:
        raise _not_opened(link_id, address)
    _check_account(invitation.seat, user)
    now = now or timezone.now()
    if find_device(invitation.seat_id, held_token) is None and _is_open(invitation, now):
        # Outside the transaction, which a refusal takes back, and the count of tries with it.
        check_code(invitation.seat, invitation.pk, code)
    with locked(invitation.seat.encounter_id):
        invitation.refresh_from_db(fields=["redeemed_at", "revoked_at", "opens_at", "expires_at"])
        seat = Seat.objects.select_related("encounter__site", "user").get(pk=invitation.seat_id)
        try:
            _check_open(invitation, seat, now)
        except LinkRefused as refused:
            return _back_to_what_stays(seat, held_token, refused)
        return _hold(invitation, seat, label, held_token)


def link_window(encounter: Encounter) -> tuple[datetime, datetime]:
    """From when to when a link of this encounter opens something."""
    return encounter.starts_at - LINK_OPENS_BEFORE, encounter.ends_at + EXPIRES_AFTER


def check_may_invite(by: User, seat: Seat) -> None:
    """Whether this account may give out links for this seat now. Raises NotAllowed."""
    if not rules.can_invite(by, seat.encounter):
        raise NotAllowed("not_allowed", _("You may not give out links for this encounter."))
    if seat.removed_at is not None or seat.encounter.status not in OPEN:
        raise NotAllowed("gone", _("This encounter is over, so it has no more links."))


def record_invitation(seat: Seat, act: str, by: User | None) -> None:
    """Tell staff what was done with a link."""
    record_system(
        encounter_id=seat.encounter_id,
        kind="invitation",
        audience=STAFF,
        payload=InvitationAct(seat=seat.pk, act=act),  # type: ignore[arg-type]
        author=f"user:{by.pk}" if by is not None else f"seat:{seat.pk}",
    )


def _find(link_id: str, token: str) -> Invitation | None:
    """The invitation, if the token is right. Every other case takes about the same time."""
    pk = UUID(hex=link_id) if _LINK_ID.fullmatch(link_id) else UUID(int=0)
    invitation = Invitation.objects.select_related("seat__encounter").filter(pk=pk).first()
    stored = bytes(invitation.token_hash) if invitation is not None else bytes(32)
    return invitation if token_matches(token, stored) else None


def _not_opened(link_id: str, address: str) -> LinkRefused:
    """One answer for whoever cannot show the right token, and another for who tries too often.

    The right token is never slowed down: somebody else behind the same address must not keep people out.
    """
    # The address first: who is over its limit must not fill the table of counts with links of their own making.
    if _address_within_limit(address) and _link_within_limit(link_id):
        return LinkRefused(
            "unknown", _("This link opens nothing. Copy it again from the message, or ask for a new one.")
        )
    return LinkRefused("slow_down", _("Too many tries. Wait a minute, then open the link again."))


def _check_account(seat: Seat, user: AnyUser | None) -> None:
    """Somebody signed in must not slip into a patient's seat, and an account's seat opens for nobody else."""
    if isinstance(user, User) and seat.user_id != user.pk:
        log.warning("account %s tried the link of seat %s", user.pk, seat.pk)
        raise LinkRefused(
            "staff_session",
            _("You are signed in to Farward, and this link is for somebody else. Sign out, or give it to that person."),
        )
    if seat.user_id is not None and not isinstance(user, User):
        raise SignInFirst(seat.encounter_id)


def _is_open(invitation: Invitation, now: datetime) -> bool:
    try:
        _check_open(invitation, invitation.seat, now)
    except LinkRefused:
        return False
    return True


def _check_open(invitation: Invitation, seat: Seat, now: datetime) -> None:
    encounter = seat.encounter
    if encounter.status in CALLED_OFF:
        raise LinkRefused("cancelled", _("This visit was cancelled. Ask the clinic for a new time."))
    if invitation.revoked_at is not None or seat.removed_at is not None:
        raise LinkRefused(
            "revoked", _("This link no longer opens the visit. Use the newest message, or ask for a new link.")
        )
    if now >= invitation.expires_at or encounter.status == Status.CLOSED:
        raise LinkRefused("expired", _("This visit is over, so its link opens nothing any more."))
    if now < invitation.opens_at:
        opens = timezone.localtime(invitation.opens_at, encounter.site.zone)
        when = opens.strftime("%d %B %Y, %H:%M")
        raise LinkRefused("early", _("This link opens on %(when)s. Come back then.") % {"when": when})


def _back_to_what_stays(seat: Seat, held_token: str | None, refused: LinkRefused) -> Redeemed:
    """After the visit its link opens nothing by itself; the device that held the seat comes back by its own cookie."""
    known = find_device(seat.pk, held_token) if refused.code == "expired" else None
    if known is None or held_token is None or known.admitted_at is None:
        raise refused
    return Redeemed(known.seat, known, held_token, waiting=False, over=seat.encounter.status != Status.LIVE)


def _hold(invitation: Invitation, seat: Seat, label: str, held_token: str | None) -> Redeemed:
    known = find_device(seat.pk, held_token)
    if known is not None and held_token is not None:
        return Redeemed(known.seat, known, held_token, waiting=known.admitted_at is None)
    first = invitation.redeemed_at is None
    if not first and seat.devices.filter(admitted_at=None, revoked_at=None).count() >= MAX_WAITING:
        raise LinkRefused("slow_down", _("Other devices already wait for this place. Ask the clinic to let you in."))
    if first:
        Invitation.objects.filter(pk=invitation.pk).update(redeemed_at=timezone.now())
        record_invitation(seat, "redeemed", None)
    device, token = add_device(seat=seat, label=label, admitted=first, user=seat.user, invitation_id=invitation.pk)
    return Redeemed(seat, device, token, waiting=not first)


def _link_within_limit(link_id: str) -> bool:
    return _LINK_ID.fullmatch(link_id) is None or within_limit("link", link_id, TRIES_PER_LINK)


def _address_within_limit(address: str) -> bool:
    return not address or within_limit("address", address, TRIES_PER_ADDRESS)
