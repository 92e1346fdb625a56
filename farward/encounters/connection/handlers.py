"""What an entry of kind `rung` must be true to. A device that lies here harms only what is said of itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from farward.encounters.entries import RungChange
from farward.encounters.handlers import handles
from farward.encounters.models import Seat
from farward.encounters.throttle import within_limit
from farward.journal.types import Draft, Refused

#: A page writes one in ten seconds at most. Twice that leaves room for a page that was loaded anew.
MOST_A_MINUTE = 12


@handles("rung")
def take_rung(seat: Seat, draft: Draft, payload: RungChange) -> None:
    """A change changes something, and comes no more often than a person could read it."""
    if payload.rung == payload.was:
        raise Refused("bad_payload", _("This says no change of the connection. Reload the page."))
    if not within_limit("rung", str(seat.pk), MOST_A_MINUTE):
        raise Refused("too_often", _("This device says too often how it is connected. It may again in a minute."))
