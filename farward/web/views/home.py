"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from farward.encounters.access.shown import shows
from farward.people.access import current_user, login_required
from farward.web.home import home_of


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The day's work, by the roles that the person has."""
    home = home_of(current_user(request))
    shows(request, home.encounters)
    return render(request, "web/home.html", {"home": home})
