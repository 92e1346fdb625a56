"""The words of recordings, handed to the browser as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def recording_words() -> dict[str, Any]:
    """What the room says of them."""
    return {
        "sign": _("Recording: {names}"),
        "start": _("Record myself"),
        "stop": _("Stop recording"),
        "agree": _("I agree"),
        "blocked": _("This visit can be recorded once these people agree: {names}."),
        "take_back": _("Take my yes back"),
        "take_back_ask": _(
            "Take your yes back? Recording stops, and what was recorded on this device is erased now. "
            "What was uploaded is hidden at once and erased within a day."
        ),
        "erased": _("You are not recorded any more, and what was recorded is erased."),
        "lost": _("A recording on this device is damaged and cannot be uploaded."),
        "failed": _("This device could not begin to record. Try again when there is a connection."),
        "ended": {
            "consent": _("Recording has stopped: not everyone agrees to it any more."),
            "full": _("Recording has stopped: this device is full. What was recorded is kept, the visit goes on."),
            "device": _("Recording has stopped: the camera or microphone is gone. What was recorded is kept."),
            "ended": _("Recording has stopped: the visit is over. Keep this page open until it is uploaded."),
        },
        "waits": {
            "recording": _("The upload waits until you stop recording."),
            "offline": _("The upload waits for a connection. Everything is kept on this device."),
            "turn": _("The upload waits until everything else is sent and the network allows it."),
            "again": _("The upload was interrupted and goes on in a moment."),
            "narrow": _("The upload waits, so that the voices have the line."),
        },
        "sending": _("Uploaded {sent} of {all} MB"),
        "sent": _("The recording is uploaded."),
    }
