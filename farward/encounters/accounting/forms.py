"""The filter over access records, and the word with which a signal is marked off."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from farward.people.models import User
from farward.privacy.models import AccessRecord
from farward.privacy.reviews import MOST_LETTERS
from farward.privacy.words import Data, Verdict

from . import queries, rules


class AccessFilter(forms.Form):
    """Which access records to show: of one patient, by one person, of one kind, in some days."""

    patient = forms.CharField(
        label=_("Patient"),
        required=False,
        max_length=120,
        help_text=_("A name, an e-mail address, or what the help desk calls the visit, such as Blue-27"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )
    encounter = forms.UUIDField(required=False, widget=forms.HiddenInput)
    person = forms.CharField(
        label=_("Looked at by"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )
    what = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Everything")), *Data.choices])
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def records(self, user: User) -> QuerySet[AccessRecord]:
        """What the officer may see of it, the newest first. Days are days in UTC, as on the page."""
        found = rules.records_visible_to(user).order_by("-pk")
        wanted: dict[str, Any] = self.cleaned_data
        if wanted["encounter"] or wanted["patient"]:
            found = found.filter(encounter__in=self.encounters(user))
        if wanted["person"]:
            found = found.filter(Q(user__name__icontains=wanted["person"]) | Q(user__email__icontains=wanted["person"]))
        if wanted["what"]:
            found = found.filter(what=wanted["what"])
        if wanted["since"]:
            found = found.filter(at__gte=_midnight(wanted["since"]))
        if wanted["until"]:
            found = found.filter(at__lt=_midnight(wanted["until"]) + timedelta(days=1))
        return found

    def encounters(self, user: User) -> list[Any]:
        """The encounters that the filter names."""
        mine = rules.encounters_accounted_to(user)
        if self.cleaned_data["encounter"]:
            return list(mine.filter(pk=self.cleaned_data["encounter"]).values_list("pk", flat=True))
        patient = self.cleaned_data["patient"].replace("\0", "")
        return queries.encounters_named(mine, patient) if patient else []


class ReviewForm(forms.Form):
    """What the review found, and a word that stays."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    word = forms.CharField(max_length=MOST_LETTERS)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())
