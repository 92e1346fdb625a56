"""The privacy officer's screens: the queue of signals, who looked at what, and the same as a file."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from farward.encounters.access.shown import shows
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.models import User
from farward.privacy.reviews import ReviewRefused, review_flag
from farward.privacy.words import Verdict

from . import queries, rules
from .forms import AccessFilter, ReviewForm
from .signals import look_for_signals

PAGE = 50
MOST_ROWS = 20_000
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@never_cache
@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What to look at twice; with `?done`, what was marked off."""
    user = _officer(request)
    look_for_signals()
    done = "done" in request.GET
    flags = rules.flags_visible_to(user)
    flags = (
        flags.exclude(verdict="").order_by("-reviewed_at") if done else flags.filter(verdict="").order_by("raised_at")
    )
    page = Paginator(flags, PAGE).get_page(request.GET.get("page"))
    items = queries.items(list(page), user)
    shows(request, [item.encounter.pk for item in items if item.encounter])
    context = {"items": items, "page": page, "done": done, "verdicts": Verdict.choices}
    return render(request, "encounters/accounting/queue.html", context)


@require_POST
@login_required
def review(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Mark one signal off with a word."""
    user = _officer(request)
    flag = get_object_or_404(rules.flags_visible_to(user), pk=flag_id)
    shows(request, [flag.encounter] if flag.encounter else [])
    form = ReviewForm(request.POST)
    form.is_valid()
    try:
        review_flag(
            by=user,
            flag=flag,
            verdict=form.cleaned_data.get("verdict", ""),
            word=form.cleaned_data.get("word", ""),
        )
    except ReviewRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Marked off. Your word stays with it."))
    return redirect("review_queue")


@never_cache
@require_GET
@login_required
def accesses(request: HttpRequest) -> HttpResponse:
    """Who looked at what, filtered."""
    user = _officer(request)
    form = AccessFilter(request.GET)
    if not form.is_valid():
        return render(request, "encounters/accounting/accesses.html", {"form": form}, status=422)
    page = Paginator(form.records(user), PAGE).get_page(request.GET.get("page"))
    found = queries.lines(list(page))
    _tell(request, form, user)
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "lines": found, "page": page, "query": query.urlencode()}
    return render(request, "encounters/accounting/accesses.html", context)


@never_cache
@require_GET
@login_required
def accesses_csv(request: HttpRequest) -> HttpResponse:
    """The same, all pages of it, as a file for a spreadsheet."""
    user = _officer(request)
    form = AccessFilter(request.GET)
    if not form.is_valid():
        raise Http404
    text = io.StringIO()
    writer = csv.writer(text)
    for row in queries.csv_rows(form.records(user)[:MOST_ROWS]):
        writer.writerow([_harmless(cell) for cell in row])
    _tell(request, form, user)
    name = f"access-records-{timezone.localdate().isoformat()}.csv"
    # With a byte order mark: spreadsheets take the file for Latin-1 otherwise.
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _officer(request: HttpRequest) -> User:
    user = current_user(request)
    refuse_unless(rules.can_account(user))
    return user


def _tell(request: HttpRequest, form: AccessFilter, user: User) -> None:
    """Record the look for the encounters that were asked for; without a filter, for the school as a whole."""
    shows(request, form.encounters(user))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
