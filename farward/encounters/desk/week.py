"""The week at a glance."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from farward.encounters import rules
from farward.encounters.access.shown import shows
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.queries import sites_visible_to
from farward.people.rules import roles_of

from . import queries


@require_GET
@login_required
def show_week(request: HttpRequest) -> HttpResponse:
    """Seven days of the encounters the reader may see, at all sites or one."""
    user = current_user(request)
    refuse_unless(bool(roles_of(user)))
    sites = list(sites_visible_to(user))
    site = next((site for site in sites if str(site.pk) == request.GET.get("site")), None)
    only_site = site or (sites[0] if len(sites) == 1 else None)
    today = timezone.localdate(timezone=only_site.zone) if only_site else timezone.localdate()
    monday = _monday(request.GET.get("from", ""), today)
    days = queries.week_of(user, monday, site)
    shows(request, [row.encounter.pk for day in days for row in day.rows])
    context = {
        "days": days,
        "today": today,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(weeks=1),
        "after": monday + timedelta(weeks=1),
        "this_week": _monday("", today),
        "sites": sites,
        "site": site,
        "only_site": only_site,
        "may_book": any(rules.can_book(user, each) for each in sites),
    }
    return render(request, "encounters/booking/week.html", context)


def _monday(wanted: str, today: date) -> date:
    """The Monday of the week of that day, or of this week where none is given."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = today
    if not date(2000, 1, 10) <= day <= date(2200, 1, 1):
        day = today
    return day - timedelta(days=day.weekday())
