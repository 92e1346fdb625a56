"""The sentences that the browser's own code needs, translated here and handed over as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from farward.encounters.clips.words import clip_words
from farward.encounters.connection.words import connection_words
from farward.encounters.models import Phase, SeatRole
from farward.encounters.recordings.words import recording_words

Words = dict[str, Any]


def room_words() -> Words:
    """Everything the room may say."""
    return {
        **shared_words(),
        **_people(),
        **_talking(),
        **_doing(),
        **_keeping(),
        **_checking_in(),
        "clip": clip_words(),
        "connection": connection_words(),
        "recording": recording_words(),
        "phase": {str(value): str(label) for value, label in Phase.choices},
        "phase_outside": _outside(),
    }


def _outside() -> Words:
    """The phases as the patient's side knows them: it is not in the huddle or the hallway, it waits."""
    named = {str(value): str(label) for value, label in Phase.choices}
    return {
        **named,
        str(Phase.HUDDLE): _("Getting ready"),
        str(Phase.HALLWAY): _("A short wait"),
        str(Phase.INTERVIEW): _("Conversation"),
        str(Phase.DEBRIEF): _("Visit over"),
        str(Phase.CLOSED): _("Visit over"),
        str(Phase.TECH_BREAK): _("Technical break"),
    }


def shared_words() -> Words:
    """What both the lobby and the room may say."""
    return {
        "device": {
            "nameless": _("Device {number}"),
            "mic": {
                "denied": _("Your browser blocks the microphone. Allow it in the address bar, then try again."),
                "missing": _("No microphone was found. Plug one in, then try again."),
                "busy": _("Another program is using the microphone. Close it, then try again."),
                "unsupported": _("This browser cannot use the microphone. Try Chrome, Firefox or Safari."),
            },
            "cam": {
                "denied": _("Your browser blocks the camera. Allow it in the address bar, then try again."),
                "missing": _("No camera was found. Plug one in, then try again."),
                "busy": _("Another program is using the camera. Close it, then try again."),
                "unsupported": _("This browser cannot use the camera. Try Chrome, Firefox or Safari."),
            },
        },
    }


def _people() -> Words:
    return {
        "role": {str(value): str(label) for value, label in SeatRole.choices},
        "you": _("You"),
        "presence": {
            "away": _("Not here yet"),
            "joined": _("Here"),
            "out": _("Not in the conversation"),
            "weak": _("Weak connection"),
            "lost": _("Connection lost"),
            "left": _("Left"),
            "connecting": _("Connecting sound…"),
            "reconnecting": _("Reconnecting sound with {name}…"),
        },
        "flag": {"hand": _("Hand raised"), "silent": _("Microphone off"), "muted": _("Muted by the preceptor")},
        "listening": {
            "one": _("{name} is listening. You cannot hear them."),
            "many": _("{name} are listening. You cannot hear them."),
            "you": _("You are listening. Nobody hears you, and everyone is shown that you listen."),
        },
        "whispers": {
            "to_you": _("{name} is whispering to you. Nobody else hears it."),
            "you": _("You are whispering. Only {name} hears you."),
        },
        "people": {
            "menu": _("More about {name}"),
            "mute": _("Mute"),
            "unmute": _("Let speak again"),
            "remove": _("Remove from the visit"),
        },
        "waiting": {
            "device": _("{name} wants to come in with another device: {device}."),
            "admit": _("Let in"),
            "refuse": _("Do not let in"),
        },
        "hold": {
            "alone": _("Nobody can see or hear you now, and you cannot hear them."),
            "with": _("Only {name} can see and hear you now."),
        },
        "screen": {"of": _("The screen of {name}")},
    }


def _talking() -> Words:
    return {
        "audience": {
            "everyone": _("Everyone"),
            "room": _("Everyone in the visit"),
            "staff": _("Staff only"),
            "care": _("Learner and preceptor only"),
            "preceptors": _("Preceptors only"),
            "seat": _("Only {name}"),
            "you": _("you"),
        },
        "thread": {
            "you": _("You"),
            "system": _("Farward"),
            "office": _("Clinic office"),
            "former": _("Someone who was here"),
            "phase": _("{phase} began"),
            "reaches_patient": _("The patient's side will read this."),
            "typing": _("{name} is writing…"),
            "still_asked": _("{name} asks for a sharp picture."),
            "still_asked_for": _("{name} asks for a sharp picture: {text}"),
            "still_declined": _("{name} does not send a picture now."),
        },
        "sending": {
            "local": _("On this device only"),
            "sent": _("Sent"),
            "one": _("One thing you wrote is on this device only. It is sent once there is a connection."),
            "some": _("{count} things you wrote are on this device only. They are sent once there is a connection."),
            "again": _("Try again"),
            "copy": _("Copy the text"),
            "copied": _("Copied."),
            "remove": _("Remove"),
        },
        "answer": {
            "question": _("Question to the preceptor"),
            "answer": _("Answer of the preceptor"),
            "within": _("The preceptor answers a question within {hours} hours."),
            "due": _("The preceptor's answer is expected by {when}. There are {hours} hours left."),
            "soon": _("The preceptor's answer is expected by {when}. Less than an hour is left."),
            "late": _("The preceptor's answer was expected by {when} and is late. The clinic sees that too."),
        },
        "mark": {"plain": _("Teach this"), "with": _("Teach this: {text}"), "done": _("Marked for the debrief.")},
        "help": {
            "called": _("Called for help"),
            "called_with": _("Called for help: {text}"),
            "waiting": _("Your call for help is on this device only. It is sent once there is a connection."),
            "coming": _("Help has been called. Stay here, somebody will answer."),
            "answered": _("Help is on it. {text}"),
            "solved": _("Help says it is solved. {text}"),
        },
    }


def _doing() -> Words:
    return {
        "close": _("Close this message"),
        "leave": _("Leave"),
        "reload": _("Reload"),
        "part_failed": _("A part of this page did not load. What you wrote is kept."),
        "status": {
            "live": _("Connected"),
            "polling": _("Connected by a slower way"),
            "reconnecting": _("No connection. Trying again…"),
            "ended": _("Not connected"),
        },
        "mic": {
            "on": _("Mic on"),
            "off": _("Mic off"),
            "forced": _("The preceptor has muted you. Raise your hand to speak."),
        },
        "cam": {"on": _("Camera on"), "off": _("Camera off")},
        "hand": {"raise": _("Raise hand"), "lower": _("Lower hand")},
        "share": {
            "start": _("Share screen"),
            "stop": _("Stop sharing"),
            "failed": _("The screen could not be shared. Your system may not allow it."),
        },
        "stance": {"listening": _("Listen"), "in": _("Step in"), "away": _("Step out")},
        "whisper": {"hold": _("Hold to whisper to the learner")},
        "ask": {
            "leave": _("Leave the visit? You can come back with the same link."),
            "leave_unsent": _(
                "Leave the visit? {count} things you wrote are on this device only. "
                "They stay here and are sent when you come back."
            ),
            "debrief": _("Say goodbye to the patient? They leave the visit, and cannot come back into it."),
            "closed": _("Close the visit? It ends for everyone. The note can still be finished."),
            "remove": _("Remove {name} from the visit? They cannot come back."),
        },
        "sound": {"blocked": _("Your browser keeps the sound off."), "start": _("Turn the sound on")},
        "ended": {"back": _("Use this device again")},
    }


def _keeping() -> Words:
    return {
        "offline": {
            "act": _("There is no connection right now. Try again when it is back."),
            "kept": _(
                "There is no connection. You see the visit as of {when}. What you write is sent when it is back."
            ),
        },
        "queue": {
            "sending": _("Sending {number} of {all}, {mb} MB left"),
            "waits": _("Waiting for a connection: {count}, {mb} MB"),
            "held": _("Waiting for a network that is not paid by the megabyte: {count}, {mb} MB"),
            "allow": _("Send now by mobile data"),
        },
        "version": {
            "ready": _("A new version is ready. What you wrote stays."),
            "use": _("Use the new version"),
        },
        "storage": {
            "none": _("This browser keeps nothing. Stay on this page until everything you write says “Sent”."),
            "failed": _("This device is out of space. Stay on this page until everything you write says “Sent”."),
            "full": _(
                "This device is full, so your message could not be kept. It is still in the box. "
                "Make room by deleting something, or send it when the connection is back."
            ),
            "low": _("This device is nearly full: {mb} MB are left. Pictures and recordings may not fit any more."),
            "lost": _(
                "This browser has cleared what it kept. What you wrote here and had not sent may be lost: {count} "
                "entries. Everything that was sent is loaded again."
            ),
            "seen": _("I have read this"),
        },
    }


def _checking_in() -> Words:
    return {
        "consent": {
            "companion": _("companion"),
            "state": {
                "open": _("Not answered"),
                "given": _("Agreed"),
                "refused": _("Refused"),
                "withdrawn": _("Taken back"),
            },
            "own": {"given": _("I agree"), "refused": _("I do not agree"), "withdrawn": _("I take this back")},
            "heard": {
                "given": _("The patient said yes"),
                "refused": _("The patient said no"),
                "withdrawn": _("The patient takes it back"),
            },
        },
        "vitals": {
            "pressure": _("Blood pressure"),
            "systolic": _("Systolic pressure"),
            "diastolic": _("Diastolic pressure"),
            "pulse": _("Pulse"),
            "oxygen": _("Oxygen saturation"),
            "temperature": _("Temperature"),
            "breathing": _("Breathing rate"),
            "weight": _("Weight"),
            "height": _("Height"),
            "pain": _("Pain"),
            "wrong": _("Please look again at: {names}. A value is missing or cannot be right."),
        },
    }
