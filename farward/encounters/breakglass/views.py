"""The pages of an emergency: asking for a reason, the record to read, and the way out."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from farward.encounters.access.agents import origin_of
from farward.encounters.access.shown import came_for
from farward.encounters.captures.pictures import EXTENSIONS
from farward.encounters.captures.storage import load_file
from farward.encounters.errors import ActionRefused, NotAllowed
from farward.encounters.media_http import show
from farward.encounters.models import Encounter
from farward.encounters.rules import visible_to
from farward.people.access import current_user, login_required, refuse_unless
from farward.privacy.models import BrokenGlass
from farward.privacy.words import EMERGENCIES, Why

from . import actions, queries, rules


class GlassForm(forms.Form):
    """What for, why, and the password once more."""

    why = forms.ChoiceField(label=gettext_lazy("What for"), choices=[(why.value, why.label) for why in EMERGENCIES])
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=actions.LEAST_LETTERS,
        max_length=2000,
        help_text=gettext_lazy("At least 20 letters. The privacy officer is told at once and reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@login_required
def open_glass(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Ask for purpose, reason and password; then the record is open for an hour."""
    user = current_user(request)
    encounter = get_object_or_404(visible_to(user), pk=encounter_id)
    refuse_unless(rules.can_break(user, encounter))
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _glass, told = actions.break_glass(
                by=user, encounter=encounter, origin=origin_of(request), **form.cleaned_data
            )
        except NotAllowed:
            raise Http404 from None
        except ActionRefused as refused:
            form.add_error("password" if refused.code == "wrong_password" else None, refused.message)
        else:
            if not told:
                messages.warning(request, _("The privacy officer could not be mailed. Tell them yourself, today."))
            return redirect("glass", encounter.pk)
    context = {"form": form, "encounter": encounter}
    status = 422 if form.errors else 200
    return render(request, "encounters/breakglass/open.html", context, status=status)


@never_cache
@require_GET
@login_required
def show_record(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The record, read-only, while the glass is broken."""
    encounter, glass = _broken(request, encounter_id)
    context = {"encounter": encounter, "glass": glass, **queries.record_of(encounter)}
    return render(request, "encounters/breakglass/record.html", context)


@require_GET
@login_required
def picture(request: HttpRequest, encounter_id: UUID, capture_id: UUID) -> HttpResponse:
    """One picture of it."""
    encounter, _glass = _broken(request, encounter_id)
    found = next((each for each in queries.pictures_of(encounter) if each.pk == capture_id), None)
    if found is None:
        raise Http404
    return show(
        lambda: load_file(encounter_id=encounter.pk, capture_id=found.pk, sha256=bytes(found.sha256)),
        media_type=found.media_type,
        filename=f"still.{EXTENSIONS[found.media_type]}",
        what=f"still {found.pk} of encounter {encounter.pk}",
    )


@require_POST
@login_required
def end(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Close it before the hour is over."""
    user = current_user(request)
    refuse_unless(visible_to(user).filter(pk=encounter_id).exists())
    actions.end_glass(by=user, encounter_id=encounter_id)
    messages.success(request, _("Closed. The privacy officer looks at it next."))
    return redirect("encounter", encounter_id)


def _broken(request: HttpRequest, encounter_id: UUID) -> tuple[Encounter, BrokenGlass]:
    user = current_user(request)
    encounter = get_object_or_404(visible_to(user), pk=encounter_id)
    glass = rules.broken_by(user, encounter)
    if glass is None:
        raise Http404
    came_for(request, Why(glass.why))
    return encounter, glass
