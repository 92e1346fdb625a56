"""The one next step that is always on the screen, and why somebody waits: plain sentences, chosen by pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from .answers.guidance import messages_step
from .models import CARE, Kind, NoteState, Phase, SeatRole, Stance


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next step depends on, besides kind, phase and role.

    Attributes:
        missing: which consents the interview still waits for, as a sentence; empty when there is none.
        denied: the patient refused or withdrew consent to the visit or the learner.
        waiting: a device waits to be let in.
        by_messages: nobody need be here at one time.
        asked: a question of the learner waits for the preceptor.
        answered: the preceptor has answered, and no question waits.
    """

    live: bool = True
    patient_here: bool = True
    preceptor_here: bool = True
    missing: str = ""
    denied: bool = False
    waiting: bool = False
    stance: str = Stance.AWAY
    whispering: bool = False
    note_state: str = NoteState.DRAFT
    by_messages: bool = False
    asked: bool = False
    answered: bool = False


PATIENT: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Your care team is getting ready. You will see and hear them here soon."),
    Phase.CHECK_IN: lazy("Say hello, and tell the team who is with you."),
    Phase.INTERVIEW: lazy("Tell the learner what brings you here. Take your time."),
    Phase.HALLWAY: lazy("Keep this page open. The team comes back to you."),
    Phase.TOGETHER: lazy("Your care team is here. Ask whatever you want to know."),
    Phase.WRAP_UP: lazy("Say the plan back in your own words, and ask what is still unclear."),
    Phase.DEBRIEF: lazy("Your visit is over. You may close this page."),
    Phase.CLOSED: lazy("Your visit is over. You may close this page."),
    Phase.TECH_BREAK: lazy("Keep this page open and your phone near you. We are mending a technical problem."),
}
COMPANION: dict[str, Promise] = {
    **PATIENT,
    Phase.CHECK_IN: lazy("Say who you are to the patient."),
    Phase.INTERVIEW: lazy("Help the patient to be heard, and let them speak first."),
}
INTERPRETER: dict[str, Promise] = {
    **PATIENT,
    Phase.CHECK_IN: lazy("Say who you are and which languages you interpret."),
    Phase.INTERVIEW: lazy("Interpret sentence by sentence. Raise your hand if it goes too fast."),
    Phase.HALLWAY: lazy("Stay with the patient. The team comes back to you both."),
    Phase.TOGETHER: lazy("Interpret sentence by sentence. Raise your hand if it goes too fast."),
    Phase.WRAP_UP: lazy("Interpret the plan, and the patient's own words for it."),
}
LEARNER: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Agree on your goal with the preceptor, then greet the patient."),
    Phase.CHECK_IN: lazy("Ask the patient to confirm who is with them and where they are, then begin the interview."),
    Phase.INTERVIEW: lazy("Take the history. Step into the hallway when you are ready to present."),
    Phase.HALLWAY: lazy("Present the patient in two minutes: what you heard, what you think, what you would do."),
    Phase.TOGETHER: lazy("Say what you found in front of the patient, so that they can correct it."),
    Phase.WRAP_UP: lazy("Ask the patient to say the plan back in their own words."),
    Phase.DEBRIEF: lazy("Name one thing that went well and one to do differently. Then hand in your note."),
    Phase.TECH_BREAK: lazy("Mend the connection, then continue. Phone the patient if it takes longer."),
}
PRECEPTOR: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Ask the learner for a plan, and agree when you step in."),
    Phase.CHECK_IN: lazy("The learner checks the patient in. Listen in if you like: everyone is shown that you do."),
    Phase.INTERVIEW: lazy("The learner takes the history. Listen in if you like: everyone is shown that you do."),
    Phase.HALLWAY: lazy("Let the learner present first. Ask one question, teach one thing."),
    Phase.TOGETHER: lazy("Confirm the key findings with the patient and agree on the plan."),
    Phase.WRAP_UP: lazy("Let the learner finish. Then say goodbye and debrief."),
    Phase.DEBRIEF: lazy("Ask the learner what went well before you say it. Then close the visit."),
    Phase.TECH_BREAK: lazy("Mend the connection, then continue. Phone the patient if it takes longer."),
}
OBSERVER: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Listen to the plan. Nobody hears you while the patient is here."),
    Phase.HALLWAY: lazy("Listen to the presentation, and raise your hand to ask."),
    Phase.DEBRIEF: lazy("Say what you learned."),
    Phase.CLOSED: lazy("The visit is over. You may close this page."),
    Phase.TECH_BREAK: lazy("Wait until the connection is mended."),
}
HELPER: dict[str, Promise] = {
    Phase.TECH_BREAK: lazy("Find out what fails and for whom, then tell the team when it is mended."),
    Phase.CLOSED: lazy("The visit is over. You may close this page."),
}
STEPS: dict[str, dict[str, Promise]] = {
    SeatRole.PATIENT: PATIENT,
    SeatRole.COMPANION: COMPANION,
    SeatRole.INTERPRETER: INTERPRETER,
    SeatRole.LEARNER: LEARNER,
    SeatRole.PRECEPTOR: PRECEPTOR,
    SeatRole.OBSERVER: OBSERVER,
    SeatRole.HELPER: HELPER,
}
OTHERWISE: dict[str, Promise] = {
    SeatRole.OBSERVER: lazy("Watch and listen. Write to the team if you have a question."),
    SeatRole.HELPER: lazy("You see connections, not the patient. Answer calls for help."),
}
NOTE: dict[str, dict[str, Promise]] = {
    SeatRole.LEARNER: {
        NoteState.DRAFT: lazy("Hand in your note."),
        NoteState.SUBMITTED: lazy("Your note waits for the preceptor's signature."),
        NoteState.RETURNED: lazy("Your note came back. Read the comments, then hand it in again."),
        NoteState.COSIGNED: lazy("Your note is signed. All is done."),
    },
    SeatRole.PRECEPTOR: {
        NoteState.DRAFT: lazy("The learner still writes the note."),
        NoteState.SUBMITTED: lazy("Read the learner's note, then sign it or give it back."),
        NoteState.RETURNED: lazy("You gave the note back. The learner mends it."),
        NoteState.COSIGNED: lazy("The note is signed. All is done."),
    },
}
SEMINAR: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Begin the seminar when everyone is here."),
    Phase.TOGETHER: lazy("Raise your hand to speak."),
    Phase.TECH_BREAK: lazy("Wait until the connection is mended."),
}


def next_step(kind: str, phase: str, role: str, situation: Situation) -> str:
    """What this person does next, in one sentence."""
    if role in CARE and situation.waiting:
        return _("Somebody waits to be let in on another device. Make sure who it is, then decide.")
    if phase == Phase.CLOSED and role in NOTE and kind != Kind.SEMINAR:
        return str(NOTE[role][situation.note_state])
    if kind == Kind.SEMINAR and role != SeatRole.HELPER:
        return str(SEMINAR.get(phase, OBSERVER[Phase.CLOSED]))
    if situation.by_messages and (step := messages_step(phase, role, situation)):
        return step
    special = _special_step(phase, role, situation) if kind != Kind.PRACTICE else ""
    return special or str(STEPS[role].get(phase) or OTHERWISE[role])


def _special_step(phase: str, role: str, situation: Situation) -> str:
    """What is more urgent than the phase's usual step; empty if nothing is."""
    if role == SeatRole.PATIENT:
        return _patient_step(phase, situation)
    if role not in CARE:
        return ""
    return _care_step(phase, role, situation) or (_stance_step(phase, situation) if role == SeatRole.PRECEPTOR else "")


def _care_step(phase: str, role: str, situation: Situation) -> str:
    if situation.denied and phase not in {Phase.HUDDLE, Phase.DEBRIEF, Phase.CLOSED}:
        return _("The patient said no, so you neither see nor hear each other. Write to them or phone them.")
    if phase == Phase.CHECK_IN and not situation.patient_here:
        return _("The patient is not here yet. Wait a little, or phone them.")
    if phase == Phase.CHECK_IN and situation.missing and role == SeatRole.LEARNER:
        return _("Ask for consent. %(missing)s") % {"missing": situation.missing}
    if phase in {Phase.HUDDLE, Phase.HALLWAY} and role == SeatRole.LEARNER and not situation.preceptor_here:
        return _("Your preceptor is not here. Go through the reason for the visit meanwhile.")
    return ""


def _patient_step(phase: str, situation: Situation) -> str:
    if phase not in {Phase.CHECK_IN, Phase.INTERVIEW, Phase.TOGETHER, Phase.WRAP_UP}:
        return ""
    if situation.denied:
        return _("You said no, so nobody sees or hears you. You may write to the team, or agree after all.")
    if phase == Phase.CHECK_IN and situation.missing:
        return _("Read the questions about your consent and answer each of them.")
    return ""


def _stance_step(phase: str, situation: Situation) -> str:
    if situation.whispering:
        return _("Only the learner hears you. Stop whispering when you are done.")
    if phase not in {Phase.CHECK_IN, Phase.INTERVIEW}:
        return ""
    if situation.stance == Stance.LISTENING:
        return _("You are listening, and everyone is shown that. Whisper to the learner if it helps.")
    if situation.stance == Stance.IN:
        return _("You are in the conversation. Give the lead back when you can.")
    return ""


def hold_reason(phase: str, *, denied: bool, learner: str, preceptor: str) -> str:
    """Why the patient's side waits, said to them."""
    if phase == Phase.DEBRIEF:
        return _("Your visit is over. You may close this page.")
    if phase == Phase.TECH_BREAK:
        return _("There is a technical problem, and we are mending it. You have done nothing wrong.")
    if denied and phase not in {Phase.HUDDLE, Phase.HALLWAY}:
        return _("The answer was no, so nobody on the team sees or hears you. It can be changed below at any time.")
    if phase == Phase.HALLWAY and learner and preceptor:
        return _("%(learner)s is talking with %(preceptor)s about how to help you. They come back to you.") % {
            "learner": learner,
            "preceptor": preceptor,
        }
    if phase == Phase.HALLWAY:
        return _("The team is talking about how to help you. They come back to you.")
    return _("Your care team is getting ready for you.")
