"""The six digits that a link asks for where the site wants them: told by phone or in person, never with the link.

Who finds or steals a link alone opens nothing. The digits lie sealed with the person's name, so that staff can tell
them once more, and are asked for only after the right token was shown: a dead or made-up link does not even say that
there are any.
"""

from __future__ import annotations

import hmac
import secrets
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from farward.encounters.errors import LinkRefused
from farward.encounters.identity import identity_of, seal_identity
from farward.encounters.models import Seat
from farward.encounters.throttle import within_limit

#: Tries for one link in one window of seconds. Who guesses day and night needs two years for an even chance.
TRIES, WINDOW = 5, 600


def renew_code(seat: Seat) -> str:
    """New digits for a new link, or none where the site wants none or the seat is an account's. Under the lock."""
    if seat.user_id is not None:
        return ""
    code = f"{secrets.randbelow(10**6):06d}" if seat.encounter.site.link_code else ""
    identity = identity_of(seat)
    if identity.code != code:
        identity = msgspec.structs.replace(identity, code=code)
        seat.identity = seal_identity(encounter_id=seat.encounter_id, seat_id=seat.pk, identity=identity)
        seat.save(update_fields=["identity"])
    return code


def check_code(seat: Seat, invitation_id: UUID, given: str) -> None:
    """Whether the digits are right, where there are any. Raises LinkRefused: check, wrong_check, slow_down."""
    wanted = "" if seat.user_id is not None else identity_of(seat).code
    if not wanted:
        return
    given = "".join(given.split())
    if not given:
        raise LinkRefused("check", _("Enter the six digits that the clinic told you."))
    if not within_limit("code", str(invitation_id), TRIES, WINDOW):
        raise LinkRefused("slow_down", _("Too many tries. Wait ten minutes, or ask the clinic for a new link."))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise LinkRefused("wrong_check", _("These are not the digits. Look again, or ask the clinic."))
