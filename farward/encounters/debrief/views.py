"""The debrief page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from farward.encounters.captures.rules import stills_allowed
from farward.encounters.connection.words import tell_rung
from farward.encounters.doors import own_seat
from farward.encounters.models import Capture, Encounter, Phase, Seat, SeatRole
from farward.encounters.queries import names_for
from farward.encounters.recordings.queries import people_in, recordings_of
from farward.media.wiring import STAFF

from .drawing import clock, draw
from .figures import phase_seconds, seat_figures, supervision
from .queries import timeline_of
from .timeline import Moment, Timeline

WORDS = {
    "joined": gettext_lazy("Here"),
    "lost": gettext_lazy("Connection lost"),
    "talk": gettext_lazy("Spoke"),
    "weak": gettext_lazy("Weak connection"),
    "bad": gettext_lazy("Bad connection"),
    "listening": gettext_lazy("Listened silently"),
    "whisper": gettext_lazy("Whispered to the learner"),
    "in": gettext_lazy("In the conversation"),
    "mark": gettext_lazy("Marked"),
    "still": gettext_lazy("Picture"),
    "question": gettext_lazy("Asked the preceptor"),
    "answer": gettext_lazy("Answered"),
    "hand": gettext_lazy("Raised a hand"),
    "help": gettext_lazy("Called for help"),
}
#: Moments that get a numbered sign.
NUMBERED = frozenset({"mark", "still"})


@never_cache
@require_GET
@login_required
def show_debrief(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The encounter from beginning to end, as the seat of this account may see it."""
    seat = own_seat(request, encounter_id, STAFF)
    timeline = timeline_of(seat)
    context = {"encounter": seat.encounter, "zone": seat.encounter.site.zone, "seat": seat, "timeline": timeline}
    if timeline is not None:
        context |= _shown(seat, timeline)
        context |= {"recordings": people_in(recordings_of(seat)), "replay_marks": _replay_marks(timeline)}
    return render(request, "encounters/debrief/page.html", context)


def say(what: str) -> str:
    """A phase, presence, stance or moment in words."""
    if what in Phase.values:
        return str(Phase(what).label)
    return str(WORDS.get(what, what))


def _shown(seat: Seat, timeline: Timeline) -> dict[str, Any]:
    encounter = seat.encounter
    people = _people(seat, timeline)
    names = {author: name for author, (name, _role) in people.items()}
    numbered = [moment for moment in timeline.moments if moment.kind in NUMBERED]
    numbers = {id(moment): index for index, moment in enumerate(numbered, start=1)}
    kept = _kept(encounter, numbered)
    return {
        "drawing": draw(timeline, people=people, words=say, number=lambda moment: numbers.get(id(moment))),
        "phases": [{"name": say(phase), "seconds": seconds} for phase, seconds in phase_seconds(timeline)],
        "figures": [{"figures": one, "who": people[one.author]} for one in seat_figures(timeline)],
        "supervision": [
            {"who": names[author], "phases": [(say(line.phase), line) for line in supervision(timeline, author)]}
            for author in _preceptors(encounter)
            if author in timeline.lanes
        ],
        "marks": [_told(moment, names, numbers) for moment in numbered if moment.kind == "mark"],
        "stills": [
            _told(moment, names, numbers) | {"kept": moment.capture in kept}
            for moment in numbered
            if moment.kind == "still"
        ],
        "events": list(_events(timeline, names)),
    }


def _replay_marks(timeline: Timeline) -> list[dict[str, Any]]:
    """Where to jump to in the recordings: the marks, by the server's clock in milliseconds."""
    begins = timeline.begins.timestamp() * 1000
    return [
        {"ms": round(begins + moment.at * 1000), "clock": clock(moment.at), "text": moment.text}
        for moment in timeline.moments
        if moment.kind == "mark"
    ]


def _people(me: Seat, timeline: Timeline) -> dict[str, tuple[str, str]]:
    """Those who came, by author token: name, as far as `me` may see it, and role. In the order of booking."""
    names = names_for(me)
    seats = {f"seat:{seat.pk}": seat for seat in Seat.objects.filter(encounter=me.encounter_id)}
    return {
        author: (names[seat.pk], str(SeatRole(seat.role).label))
        for author, seat in seats.items()
        if author in timeline.lanes
    }


def _preceptors(encounter: Encounter) -> list[str]:
    seats = Seat.objects.filter(encounter=encounter, role=SeatRole.PRECEPTOR)
    return [f"seat:{pk}" for pk in seats.values_list("pk", flat=True)]


def _kept(encounter: Encounter, moments: Iterable[Moment]) -> set[UUID]:
    """The stills that may be shown now: the patient may have withdrawn."""
    if not stills_allowed(encounter):
        return set()
    wanted = [moment.capture for moment in moments if moment.capture]
    return set(Capture.objects.filter(encounter=encounter, pk__in=wanted).values_list("pk", flat=True))


def _told(moment: Moment, names: dict[str, str], numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "number": numbers[id(moment)],
        "clock": clock(moment.at),
        "who": names.get(moment.author, ""),
        "text": moment.text,
        "capture": moment.capture,
        "shows": names.get(f"seat:{moment.shows}", ""),
    }


def _events(timeline: Timeline, names: dict[str, str]) -> Iterable[dict[str, Any]]:
    """Everything the picture shows, in words and in order: the same for those who do not see it."""
    lines: list[tuple[float, str, str]] = [(s.start, _("Phase"), say(s.what)) for s in timeline.phases]
    for author, lane in timeline.lanes.items():
        who = names.get(author, "")
        lines += [(span.start, who, _said_span(span.start, span.end, say("talk"))) for span in lane.talk]
        shown = [*lane.presence, *lane.stance, *(span for span in lane.link if span.what != "good")]
        lines += [(span.start, who, _said_span(span.start, span.end, say(span.what))) for span in shown]
    lines += [(moment.at, names.get(moment.author, ""), _said_moment(moment, names)) for moment in timeline.moments]
    return [{"clock": clock(at), "who": who, "what": what} for at, who, what in sorted(lines, key=lambda x: x[0])]


def _said_moment(moment: Moment, names: dict[str, str]) -> str:
    if moment.change is not None:
        return tell_rung(names.get(moment.author, ""), *moment.change)
    return f"{say(moment.kind)}: {moment.text}" if moment.text else say(moment.kind)


def _said_span(start: float, end: float, what: str) -> str:
    return _("%(what)s, for %(time)s") % {"what": what, "time": clock(end - start)}
