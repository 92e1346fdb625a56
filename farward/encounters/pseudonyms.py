"""A short name for an encounter by which the help desk and the people in the room can speak of it, such as "Blue-27".

It is made from the encounter's id and the secret key, so it says nothing of anybody and nobody can guess its encounter.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

_COLOURS = [
    _("Amber"), _("Azure"), _("Blue"), _("Bronze"), _("Copper"), _("Coral"), _("Cream"), _("Gold"),
    _("Green"), _("Grey"), _("Indigo"), _("Ivory"), _("Jade"), _("Lilac"), _("Lime"), _("Mint"),
    _("Ochre"), _("Olive"), _("Pearl"), _("Plum"), _("Red"), _("Rose"), _("Silver"), _("White"),
]  # fmt: skip


def pseudonym(encounter_id: UUID) -> str:
    """The name of this encounter, always the same; two seldom share one."""
    number = int.from_bytes(salted_hmac("farward.pseudonym", encounter_id.bytes, algorithm="sha256").digest()[:8])
    colour, rest = number % len(_COLOURS), number // len(_COLOURS)
    return f"{_COLOURS[colour]}-{10 + rest % 990}"
