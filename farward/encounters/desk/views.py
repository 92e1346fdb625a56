"""Booking an encounter, its page, and what can be done from there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from farward.encounters import rules
from farward.encounters.access.shown import shows
from farward.encounters.actions import booking
from farward.encounters.breakglass.rules import can_break
from farward.encounters.errors import ActionRefused, BookingInvalid, MailNotSent
from farward.encounters.models import OPEN, Encounter, Mode, Status
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.models import Site, User

from . import queries
from .forms import BookingForm, ChangeTimeForm, ExtraForm


@require_http_methods(["GET", "POST"])
@login_required
def book(request: HttpRequest) -> HttpResponse:
    """The booking form, for one of the sites at which the reader may book."""
    user = current_user(request)
    sites = [site for site in Site.objects.order_by("name") if rules.can_book(user, site)]
    refuse_unless(bool(sites))
    wanted = request.GET.get("site", "")
    site = next((site for site in sites if str(site.pk) == wanted), sites[0])
    refuse_unless(not wanted or str(site.pk) == wanted)
    form = BookingForm(request.POST or None, site=site)
    warnings: list[str] = []
    if request.method == "POST" and form.is_valid():
        warnings = form.clashes()
        encounter = None if warnings else _book(user, site, form)
        if encounter is not None:
            shows(request, [encounter.pk])
            messages.success(request, _("Booked. Now give everyone their link."))
            return redirect("encounter", encounter.pk)
    context = {"form": form, "site": site, "sites": sites, "warnings": warnings}
    return render(request, "encounters/booking/book.html", context)


def _book(user: User, site: Site, form: BookingForm) -> Encounter | None:
    try:
        return booking.book_encounter(
            by=user,
            kind=form.cleaned_data["kind"],
            site=site,
            rotation=form.cleaned_data["rotation"],
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            seats=[wanted.request for wanted in form.wanted()],
            brief=form.cleaned_data["brief"],
            mode=form.cleaned_data["mode"] or Mode.LIVE,
            answer_hours=form.cleaned_data["answer_hours"] or None,
        )
    except BookingInvalid as refused:
        for each in (refused, *refused.also):
            form.refuse(each)
        return None


@require_GET
@login_required
def show(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """One encounter: when, who, and how far each link has come."""
    user = current_user(request)
    encounter = get_object_or_404(rules.visible_to(user), pk=encounter_id)
    return _page(request, user, encounter)


def _page(
    request: HttpRequest,
    user: User,
    encounter: Encounter,
    *,
    time_form: ChangeTimeForm | None = None,
    seat_form: ExtraForm | None = None,
) -> HttpResponse:
    row = queries.rows_for(user, Encounter.objects.filter(pk=encounter.pk))[0]
    is_open = encounter.status in OPEN
    may_change = is_open and rules.can_change(user, encounter)
    context = {
        "encounter": encounter,
        "row": row,
        "cards": queries.seat_cards(encounter, me=None if may_change else row.own),
        "brief": queries.brief_for(user, encounter),
        "because": queries.cancelled_because(user, encounter) if encounter.status == Status.CANCELLED else "",
        "is_open": is_open,
        "may_change": may_change,
        "may_move": may_change and encounter.status == Status.BOOKED,
        "may_break": can_break(user, encounter),
        "may_invite": is_open and rules.can_invite(user, encounter),
        "time_form": time_form or ChangeTimeForm(encounter=encounter),
        "seat_form": seat_form or ExtraForm(),
    }
    failed = (time_form or seat_form) is not None
    return render(request, "encounters/booking/encounter.html", context, status=422 if failed else 200)


def _changeable(request: HttpRequest, encounter_id: UUID) -> tuple[User, Encounter]:
    user = current_user(request)
    encounter = get_object_or_404(rules.visible_to(user), pk=encounter_id)
    refuse_unless(rules.can_change(user, encounter))
    return user, encounter


@require_POST
@login_required
def change_time(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Another time; the links stay good."""
    user, encounter = _changeable(request, encounter_id)
    form = ChangeTimeForm(request.POST, encounter=encounter)
    if form.is_valid():
        try:
            booking.move_encounter(by=user, encounter=encounter, starts_at=form.starts_at, ends_at=form.ends_at)
        except BookingInvalid as refused:
            form.refuse(refused)
        except MailNotSent as refused:
            messages.warning(request, refused.message)
            return redirect("encounter", encounter.pk)
        else:
            messages.success(request, _("Moved. The links given out stay good.") + " " + _told())
            return redirect("encounter", encounter.pk)
    return _page(request, user, encounter, time_form=form)


@require_POST
@login_required
def add_seat(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """One more person."""
    user, encounter = _changeable(request, encounter_id)
    form = ExtraForm(request.POST)
    form.fields["role"].required = True
    wanted = form.request(encounter.site) if form.is_valid() else None
    if wanted is not None:
        try:
            booking.add_seat(by=user, encounter=encounter, request=wanted)
        except BookingInvalid as refused:
            field = refused.field.rpartition(".")[2]
            form.add_error(field if field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Added. Now give them their link."))
            return redirect("encounter", encounter.pk)
    return _page(request, user, encounter, seat_form=form)


@require_POST
@login_required
def cancel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The encounter does not take place."""
    user, encounter = _changeable(request, encounter_id)
    try:
        booking.cancel_encounter(by=user, encounter=encounter, reason=request.POST.get("reason", ""))
    except MailNotSent as refused:
        messages.warning(request, refused.message)
    except ActionRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Cancelled. Its links open nothing any more.") + " " + _told())
    return redirect("encounter", encounter.pk)


def _told() -> str:
    return _("Everyone with an e-mail address has been told.")


@require_POST
@login_required
def no_show(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The patient did not come."""
    user, encounter = _changeable(request, encounter_id)
    try:
        booking.mark_no_show(by=user, encounter=encounter)
    except ActionRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Noted: the patient did not come."))
    return redirect("encounter", encounter.pk)
