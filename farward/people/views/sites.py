"""Sites: places with their own time zone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from farward.people import actions, queries, rules
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.forms import SiteForm
from farward.people.models import Site, User


@require_GET
@login_required
def list_sites(request: HttpRequest) -> HttpResponse:
    """Every site, for administrators."""
    user = current_user(request)
    refuse_unless(rules.can_manage_sites(user))
    return render(request, "people/sites.html", {"sites": queries.sites_with_counts(user)})


@require_http_methods(["GET", "POST"])
@login_required
def add_site(request: HttpRequest) -> HttpResponse:
    """A new site."""
    user = current_user(request)
    refuse_unless(rules.can_manage_sites(user))
    return _edit(request, user, None)


@require_http_methods(["GET", "POST"])
@login_required
def change_site(request: HttpRequest, site: UUID) -> HttpResponse:
    """One site's page."""
    user = current_user(request)
    refuse_unless(rules.can_manage_sites(user))
    return _edit(request, user, get_object_or_404(queries.sites_managed_by(user), pk=site))


def _edit(request: HttpRequest, user: User, site: Site | None) -> HttpResponse:
    form = SiteForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        actions.save_site(by=user, site=site, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("sites")
    return render(request, "people/site.html", {"form": form, "site": site})
