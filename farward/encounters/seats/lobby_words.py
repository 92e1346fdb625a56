"""The sentences that the lobby's own code needs, as `words.py` has them for the room."""

from __future__ import annotations

from django.utils.translation import gettext as _

from farward.encounters.connection.words import connection_words, cost_words

from .words import Words, shared_words


def lobby_words() -> Words:
    """Everything the lobby may say."""
    names = connection_words()
    cost = {**cost_words(), **{key: names[key] for key in ("rung", "megabytes", "costs")}}
    return {**shared_words(), "lobby": {**_verdicts(), **_checks(), "cost": cost}}


def _verdicts() -> Words:
    return {
        "verdict": {
            "ask": _("Check your camera and microphone, or join as you are."),
            "ready": _("You are ready."),
            "weak": _("You are ready. Your connection is a bit slow, so the picture may stutter."),
            "poor": _("Your connection is slow. Join with sound only: it works best."),
            "no_cam": _("You can join. The others will hear you but not see you."),
            "no_mic": _("The others will see you but not hear you. Mend the microphone, or write instead."),
            "nothing": _("Camera and microphone do not work. You can still join: you will see, hear and write."),
            "no_sound": _("You may not hear the others. Choose another speaker, or turn the volume up."),
            "no_connection": _("There is no connection. Move to where the signal is better; this page keeps trying."),
        },
        "check": _("Check camera and microphone"),
        "check_again": _("Check again"),
        "join": {
            "both": _("Join"),
            "sound": _("Join with sound only"),
            "picture": _("Join with picture only"),
            "ask": _("Join with camera and microphone"),
            "bare": _("Join without camera and microphone"),
        },
    }


def _checks() -> Words:
    devices = shared_words()["device"]
    return {
        "cam": {**devices["cam"], "unasked": _("Not checked yet"), "off": _("Off"), "on": _("Works")},
        "mic": {
            **devices["mic"],
            "unasked": _("Not checked yet"),
            "off": _("Off"),
            "on": _("On. Say something: the bar should move."),
            "heard": _("Works: we hear you."),
        },
        "speaker": {
            "unasked": _("Play the sound and listen."),
            "yes": _("Works"),
            "no": _("Turn the volume up, or choose another speaker below."),
        },
        "connection": {
            "checking": _("Looking…"),
            "good": _("Good"),
            "weak": _("A bit slow. Sound will work, the picture may stutter."),
            "poor": _("Slow. Leave the camera off, and stay near the signal."),
            "none": _("None right now"),
        },
    }
