"""The next step where people do not meet at one time: nobody waits on a page, and the step says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from farward.encounters.models import Phase, SeatRole

if TYPE_CHECKING:
    from farward.encounters.guidance import Situation

PATIENT: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Write or say here what brings you, whenever you like. The answer comes to this page."),
    Phase.CHECK_IN: lazy("Say who you are and who is with you. The team answers by messages."),
    Phase.INTERVIEW: lazy("Answer the learner's questions when you can, in writing or with a voice note."),
    Phase.HALLWAY: lazy("The learner asks the preceptor. You may close this page; the answer comes here."),
    Phase.TOGETHER: lazy("Read what your care team advises, and ask whatever you want to know."),
    Phase.WRAP_UP: lazy("Say the plan back in your own words, and ask what is still unclear."),
}
LEARNER: dict[str, Promise] = {
    Phase.HUDDLE: lazy("Read the reason for the visit, then greet the patient by a message."),
    Phase.CHECK_IN: lazy("Ask the patient who they are and who is with them, then begin the interview."),
    Phase.INTERVIEW: lazy("Take the history by messages and voice notes. Then step into the hallway."),
    Phase.HALLWAY: lazy("Present the patient to the preceptor in a few sentences, and send your question."),
    Phase.TOGETHER: lazy("Tell the patient what you found and what you advise, so that they can correct it."),
    Phase.WRAP_UP: lazy("Ask the patient to say the plan back in their own words."),
}
PRECEPTOR: dict[str, Promise] = {
    Phase.HUDDLE: lazy("The learner works by messages. Write what they should ask, or wait for their question."),
    Phase.CHECK_IN: lazy("The learner checks the patient in. A question of theirs waits for you on your first page."),
    Phase.INTERVIEW: lazy("The learner takes the history. A question of theirs waits for you on your first page."),
    Phase.HALLWAY: lazy("You have answered. The learner goes on with the patient."),
    Phase.TOGETHER: lazy("Read what the learner tells the patient, and add what is missing."),
    Phase.WRAP_UP: lazy("Let the learner finish. Then go on to the debrief."),
}
BESIDE: Promise = lazy("Help the patient to write and to be understood.")
STEPS: dict[str, dict[str, Promise]] = {
    SeatRole.PATIENT: PATIENT,
    SeatRole.LEARNER: LEARNER,
    SeatRole.PRECEPTOR: PRECEPTOR,
    SeatRole.COMPANION: dict.fromkeys(PATIENT, BESIDE),
    SeatRole.INTERPRETER: dict.fromkeys(PATIENT, BESIDE),
    SeatRole.OBSERVER: dict.fromkeys(PATIENT, lazy("Read along. Write to the team if you have a question.")),
}


def messages_step(phase: str, role: str, situation: Situation) -> str:
    """What this person does next in an encounter by messages; empty where it is as in every other."""
    if phase not in PATIENT or role not in STEPS:
        return ""
    return _urgent(phase, role, situation) or str(STEPS[role][phase])


def _urgent(phase: str, role: str, situation: Situation) -> str:
    """What is more urgent than the phase's usual step; empty if nothing is."""
    if role == SeatRole.LEARNER:
        return _learner(phase, situation)
    if role == SeatRole.PRECEPTOR:
        return _preceptor(phase, situation)
    if role == SeatRole.PATIENT and phase == Phase.CHECK_IN and situation.missing:
        return _("Read the questions about your consent and answer each of them.")
    return ""


def _learner(phase: str, situation: Situation) -> str:
    if phase == Phase.CHECK_IN and situation.missing:
        return _("Ask for consent. %(missing)s") % {"missing": situation.missing}
    if situation.asked:
        return _("Your question is with the preceptor. You may close this page until the answer comes.")
    if situation.answered and phase == Phase.HALLWAY:
        return _("The preceptor has answered. Read it, then see the patient together, or ask again.")
    return ""


def _preceptor(phase: str, situation: Situation) -> str:
    if situation.asked:
        return _("The learner has a question for you. Read the conversation, then answer.")
    if not situation.answered and phase == Phase.HALLWAY:
        return _("The learner writes a question for you. It will wait for you on your first page.")
    return ""
