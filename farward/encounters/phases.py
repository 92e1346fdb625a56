"""The phase machine: from where to where, who may move it, and what must be true first. Pure.

`Moment` holds what the machine needs to know; who asks builds it once (`moments.moment_of`). The same functions decide
what an append may do and which buttons a seat is offered, so that a screen never offers what the server refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Kind, Phase, SeatRole

STEPS: dict[str, tuple[str, ...]] = {
    Phase.HUDDLE: (Phase.CHECK_IN,),
    Phase.CHECK_IN: (Phase.INTERVIEW,),
    Phase.INTERVIEW: (Phase.HALLWAY, Phase.TOGETHER),
    Phase.HALLWAY: (Phase.TOGETHER, Phase.INTERVIEW),
    Phase.TOGETHER: (Phase.WRAP_UP, Phase.HALLWAY),
    Phase.WRAP_UP: (Phase.DEBRIEF, Phase.TOGETHER, Phase.CLOSED),
    Phase.DEBRIEF: (Phase.CLOSED,),
}
SEMINAR_STEPS: dict[str, tuple[str, ...]] = {
    Phase.HUDDLE: (Phase.TOGETHER,),
    Phase.TOGETHER: (Phase.CLOSED,),
}

#: What a move says on its button; the same destination may read differently from elsewhere.
LABELS: dict[str, Promise] = {
    Phase.CHECK_IN: _("Greet the patient"),
    Phase.INTERVIEW: _("Begin the interview"),
    Phase.HALLWAY: _("Step into the hallway"),
    Phase.TOGETHER: _("See the patient together"),
    Phase.WRAP_UP: _("Wrap up"),
    Phase.DEBRIEF: _("Say goodbye and debrief"),
    Phase.CLOSED: _("Close the visit"),
    Phase.TECH_BREAK: _("Take a tech break"),
}
LABELS_FROM: dict[tuple[str, str], Promise] = {
    (Phase.HALLWAY, Phase.INTERVIEW): _("Go back to the interview"),
    (Phase.WRAP_UP, Phase.TOGETHER): _("Go back to the visit"),
}

MOVERS = frozenset({SeatRole.LEARNER, SeatRole.PRECEPTOR})


@dataclass(frozen=True, slots=True)
class Moment:
    """What the machine looks at.

    Attributes:
        missing: which consents the interview still waits for, as a sentence; empty when there is none.
        by_messages: nobody need be here at one time; then the preceptor's answer stands for their presence.
        answered: the preceptor has answered, and no question waits.
    """

    kind: str
    phase: str
    resumes: str = ""
    live: bool = True
    preceptor_here: bool = False
    missing: str = ""
    by_messages: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Why a move cannot be made now: a code and a sentence."""

    code: str
    message: str


def next_phases(moment: Moment) -> tuple[str, ...]:
    """Where one may go from here, the usual way first."""
    if moment.phase == Phase.CLOSED:
        return ()
    if moment.phase == Phase.TECH_BREAK:
        return (moment.resumes,) if moment.resumes else ()
    steps = SEMINAR_STEPS if moment.kind == Kind.SEMINAR else STEPS
    usual = steps.get(moment.phase, ())
    # Where nobody is here at one time, there is nothing to break off.
    return usual if moment.by_messages else (*usual, Phase.TECH_BREAK)


def label_of(moment: Moment, to: str) -> str:
    """The words on the button that moves to `to`."""
    if moment.phase == Phase.TECH_BREAK:
        return str(_("Continue the visit"))
    return str(LABELS_FROM.get((moment.phase, to), LABELS[to]))


def closes(kind: str) -> frozenset[str]:
    """The roles that may close: a learner alone only where there is nobody to ask."""
    return MOVERS if kind == Kind.PRACTICE else frozenset({SeatRole.PRECEPTOR})


def block_of(moment: Moment, role: str, to: str) -> Block | None:
    """Why a seat of this role cannot move to `to` now; None if it can."""
    if role not in MOVERS:
        return Block("not_allowed", str(_("Only the learner and the preceptor move the visit on.")))
    if not moment.live:
        return Block("not_live", str(_("This visit is not in progress.")))
    if to not in next_phases(moment):
        return Block("not_from_here", str(_("The visit cannot go there from this phase.")))
    if to == Phase.CLOSED and role not in closes(moment.kind):
        return Block("not_allowed", str(_("Only the preceptor closes the visit.")))
    return _unmet(moment, to)


def _unmet(moment: Moment, to: str) -> Block | None:
    """What must be true first and is not."""
    if moment.phase == Phase.TECH_BREAK:
        return None
    if moment.phase == Phase.CHECK_IN and to == Phase.INTERVIEW and moment.missing:
        return Block("consent_missing", moment.missing)
    if to == Phase.TOGETHER and moment.by_messages:
        return None if moment.answered else Block("answer_missing", str(_("The preceptor has not answered yet.")))
    if to == Phase.TOGETHER and moment.kind != Kind.PRACTICE and not moment.preceptor_here:
        return Block("preceptor_missing", str(_("The preceptor is not here.")))
    return None
