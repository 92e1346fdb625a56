"""What a page after the close needs, so that a patient's device still sends what it did not get rid of before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from farward.encounters.actions.presence import AFTER_CLOSE, HANDS_IN_LATER
from farward.encounters.models import Seat, Status
from farward.encounters.recordings.words import recording_words

from .lease import lease_for


def hand_in_for(seat: Seat) -> dict[str, Any] | None:
    """The key of what rests on the device, and the words. None where a room is open for that, or nothing is taken."""
    if seat.encounter.status != Status.CLOSED or seat.role not in HANDS_IN_LATER - AFTER_CLOSE:
        return None
    return {"lease": lease_for(seat), "words": hand_in_words()}


def hand_in_words() -> dict[str, Any]:
    """All that the page may say of it."""
    recording = recording_words()
    return {
        "recording": {name: recording[name] for name in ("lost", "waits", "sending", "sent")},
        "hand_in": {
            "recording": _("Your recording, {mb} MB, is not sent yet."),
            "recordings": _("{count} recordings of you, {mb} MB, are not sent yet."),
            "still": _("A picture, {mb} MB, is not sent yet."),
            "stills": _("{count} pictures, {mb} MB, are not sent yet."),
            "clip": _("A voice note was not sent in time. The visit is closed, so it can no longer be added."),
            "clips": _(
                "{count} voice notes were not sent in time. The visit is closed, so they can no longer be added."
            ),
            "draft": _("Something that you wrote or decided is not sent yet."),
            "refused": _("Not sent: “{text}”"),
            "offline": _("There is no connection. Everything is kept on this device, and is sent when it is back."),
            "held": _("It waits for a network that is not paid by the megabyte, or until you allow it."),
            "done": _("Sent. You may close this page."),
            "removed": _("It was removed from this device."),
            "erased": _("Not everyone agrees to the recording any more. It was erased from this device and not sent."),
            "locked": _(
                "Something of this visit is left on this device. The content of the visit was erased, so nobody can "
                "open it any more. You can remove it."
            ),
        },
    }
