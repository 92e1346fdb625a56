"""The words of voice notes, handed to the browser as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def clip_words() -> dict[str, Any]:
    """What the room says of them."""
    return {
        "record": _("Record a voice note"),
        "hold": _("Hold to speak"),
        "back": _("The connection carries your voice again. You can talk as before."),
        "rescued": _("This page closed while you recorded a voice note of {time}. Send it, or throw it away?"),
        "drop": _("Throw away"),
        "send": _("Send the voice note"),
        "recording": _("Recording {time} of {most}. Your microphone is off for the others meanwhile."),
        "play": _("Play the voice note, {time}"),
        "pause": _("Stop the voice note"),
        "new": _("Not heard yet"),
        "heard": _("Heard by {name}"),
        "failed": _("The voice note could not be played. Try again when there is a connection."),
    }
