"""People: who has an account, and what each may be where."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from farward.people import actions, lost_steps, passwords, queries, rules, second_steps
from farward.people.access import current_user, login_required, proof_required, refuse_unless
from farward.people.errors import PeopleRefused
from farward.people.forms import PersonForm, show_refusal
from farward.people.models import Role, User


@require_GET
@login_required
def list_people(request: HttpRequest) -> HttpResponse:
    """The people of the sites that the reader looks after, narrowed by text, site and role."""
    user = current_user(request)
    refuse_unless(rules.can_manage_people(user))
    sites = queries.sites_managed_by(user)
    # PostgreSQL takes no NUL in a text.
    text, role = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("role", "")
    site = next((site for site in sites if str(site.pk) == request.GET.get("site")), None)
    people = queries.search_people(
        queries.people_visible_to(user), text=text, site=site, role=role if role in Role.values else ""
    )
    context = {"people": people, "sites": sites, "roles": Role, "text": text, "site": site, "role": role}
    return render(request, "people/people.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@proof_required
def add_person(request: HttpRequest) -> HttpResponse:
    """Make an account and send its owner the way to a password."""
    user = current_user(request)
    refuse_unless(rules.can_manage_people(user))
    form = PersonForm(request.POST or None, by=user)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add_person(
                by=user, name=form.cleaned_data["name"], email=form.cleaned_data["email"], grants=form.grants()
            )
        except PeopleRefused as refused:
            show_refusal(form, refused)
        else:
            _mail_link(request, user, person)
            return redirect("person", person.pk)
    return render(request, "people/person.html", {"form": form, "person": None})


@require_http_methods(["GET", "POST"])
@login_required
@proof_required
def change_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person's page: name, address, roles, and whether they may sign in."""
    user = current_user(request)
    found = get_object_or_404(queries.people_visible_to(user), pk=person)
    may_change = rules.can_change_person(user, found)
    refuse_unless(may_change or request.method == "GET")
    form = PersonForm(request.POST or None, by=user, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(
                by=user,
                person=found,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                may_sign_in=form.cleaned_data["may_sign_in"],
                grants=form.grants(),
            )
        except PeopleRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", found.pk)
    has_step = second_steps.has_second_step(found)
    context = {"form": form, "person": found, "may_change": may_change, "has_second_step": has_step}
    return render(request, "people/person.html", context)


@require_POST
@login_required
@proof_required
def give_password_link(request: HttpRequest, person: UUID) -> HttpResponse:
    """Mail a link for choosing a password, or show it once for passing on by hand."""
    user = current_user(request)
    found = get_object_or_404(queries.people_visible_to(user), pk=person)
    refuse_unless(rules.can_change_person(user, found))
    if request.POST.get("way") != "show":
        _mail_link(request, user, found)
        return redirect("person", found.pk)
    try:
        url = passwords.password_link(by=user, person=found)
    except PeopleRefused as refused:
        messages.error(request, refused.message)
        return redirect("person", found.pk)
    return render(request, "people/password_link.html", {"person": found, "url": url})


@require_POST
@login_required
@proof_required
def take_second_step(request: HttpRequest, person: UUID) -> HttpResponse:
    """Take the second step from somebody who lost it."""
    user = current_user(request)
    refuse_unless(rules.is_administrator(user))
    found = get_object_or_404(queries.people_visible_to(user), pk=person)
    try:
        lost_steps.take_second_step(by=user, person=found)
    except PeopleRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Removed. %s is signed out everywhere and was told by mail.") % found.name)
    return redirect("person", found.pk)


def _mail_link(request: HttpRequest, user: User, person: User) -> None:
    try:
        passwords.mail_password_link(by=user, person=person)
    except PeopleRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("A link for choosing a password is on its way to %s.") % person.email)
