"""The lease: the key under which a device seals what it keeps of a seat, and how long it may hold that key.

The key comes from the encounter's own text key. So every device of the seat gets the same one, each time it comes with
a network: what was written on it and not sent opens again after a lease has run out. And when the encounter's
content is erased, so is what devices still keep of it.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format

from farward.encounters.models import Seat
from farward.people.models import User
from farward.vault.errors import KeyGone
from farward.vault.keys import data_key
from farward.vault.models import Lane

#: For so long a device that holds its seat may open the room without a network. Each visit with one begins it anew.
OFFLINE_LEASE = timedelta(days=7)
_INFO = b"farward offline lease 1"


def lease_for(seat: Seat) -> dict[str, Any] | None:
    """The key with its time, for the page of a device that holds the seat. None once the content is erased."""
    try:
        key = data_key(seat.encounter_id, Lane.TEXT).derive_bytes(salt=seat.pk.bytes, info=_INFO)
    except KeyGone:
        return None
    return {
        "key": b64encode(key).decode(),
        "seconds": int(OFFLINE_LEASE.total_seconds()),
        "owner": owner_mark(seat.user) if seat.user else "",
        "label": label_of(seat),
        "starts": seat.encounter.starts_at.astimezone(UTC).isoformat(),
    }


def owner_mark(user: User) -> str:
    """Tells what one account keeps on a device from what another does, and says nothing about either."""
    return salted_hmac("farward.encounters.packs", str(user.pk), algorithm="sha256").hexdigest()[:16]


def label_of(seat: Seat) -> str:
    """What a kept visit is called on a device: when and where, and nobody's name."""
    starts = timezone.localtime(seat.encounter.starts_at, seat.encounter.site.zone)
    return f"{date_format(starts, 'l j F, H:i')} · {seat.encounter.site.name}"
