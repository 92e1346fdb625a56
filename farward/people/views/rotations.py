"""Rotations: cohorts of learners with their preceptors."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from farward.people import actions, queries, rules
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.errors import PeopleRefused
from farward.people.forms import RotationForm, show_refusal
from farward.people.models import Rotation, Site, User


@require_GET
@login_required
def list_rotations(request: HttpRequest) -> HttpResponse:
    """The rotations of the sites that the reader looks after."""
    user = current_user(request)
    refuse_unless(rules.can_manage_rotations(user))
    context = {
        "rotations": queries.rotations_managed_by(user),
        "sites": queries.sites_managed_by(user),
    }
    return render(request, "people/rotations.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add_rotation(request: HttpRequest, site: UUID) -> HttpResponse:
    """A new rotation at a site."""
    user = current_user(request)
    return _edit(request, user, get_object_or_404(queries.sites_managed_by(user), pk=site), None)


@require_http_methods(["GET", "POST"])
@login_required
def change_rotation(request: HttpRequest, rotation: UUID) -> HttpResponse:
    """One rotation's page."""
    user = current_user(request)
    found = get_object_or_404(queries.rotations_managed_by(user), pk=rotation)
    return _edit(request, user, found.site, found)


def _edit(request: HttpRequest, user: User, site: Site, rotation: Rotation | None) -> HttpResponse:
    form = RotationForm(request.POST or None, site=site, rotation=rotation)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_rotation(by=user, rotation=rotation, site=site, **form.cleaned_data)
        except PeopleRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("rotations")
    return render(request, "people/rotation.html", {"form": form, "site": site, "rotation": rotation})
