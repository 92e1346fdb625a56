"""The help desk's page, and the part of it that renews itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from farward.encounters.access.shown import shows
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.rules import can_answer_help
from farward.web import help_desk


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Live encounters and calls; with `?part` only the list, for renewing the page in place."""
    user = current_user(request)
    refuse_unless(can_answer_help(user))
    template = "web/help_rooms.html" if "part" in request.GET else "web/help.html"
    rooms = help_desk.rooms(user)
    shows(request, [room.encounter.pk for room in rooms])
    return render(request, template, {"rooms": rooms})


@require_POST
@login_required
def answer(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """I'm on it, or solved: the room sees it at once."""
    user = current_user(request)
    refuse_unless(help_desk.live_encounters(user).filter(pk=encounter_id).exists())
    state = request.POST.get("state", "")
    refuse_unless(state in {"answered", "solved"})
    try:
        help_desk.answer_call(by=user, encounter_id=encounter_id, state=state)
    except help_desk.HelpRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The room sees it now."))
    return redirect("help")
