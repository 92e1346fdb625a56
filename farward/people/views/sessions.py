"""The own sessions: where one is signed in, and ending what should not be."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from farward.people import signed_in
from farward.people.access import current_user, login_required


@require_GET
@login_required
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Every browser in which this account is signed in."""
    rows = signed_in.sessions_of(request, current_user(request))
    return render(request, "people/sessions.html", {"rows": rows})


@require_POST
@login_required
def end_one(request: HttpRequest, session: int) -> HttpResponse:
    """Sign one other browser out, with every visit that is open there."""
    mine = UserSession.objects.filter(user=current_user(request)).exclude(session_key=request.session.session_key)
    signed_in.end_session(get_object_or_404(mine, pk=session))
    messages.success(request, _("That browser is signed out."))
    return redirect("sessions")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    signed_in.end_sessions_of(current_user(request), but=request.session.session_key)
    messages.success(request, _("Every other browser is signed out."))
    return redirect("sessions")
