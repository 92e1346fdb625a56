"""The note's page as a form: one form, so that no button can lose what was typed beside it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from farward.encounters.entries import SectionName

from .document import SECTIONS

SECTION_LABELS = {
    "subjective": _("Subjective"),
    "objective": _("Objective"),
    "assessment": _("Assessment"),
    "plan": _("Plan"),
}
SECTION_HELP = {
    "subjective": _("What the patient tells"),
    "objective": _("What you saw, heard and measured"),
    "assessment": _("What you think it is, and why"),
    "plan": _("What happens next, and who does it"),
}


class NoteForm(forms.Form):
    """Four sections, a remark on each, and what the form had read when it was shown."""

    head = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    form = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SECTIONS:
            self.fields[name] = forms.CharField(
                label=SECTION_LABELS[name],
                help_text=SECTION_HELP[name],
                required=False,
                strip=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
            )
            self.fields[f"comment_{name}"] = forms.CharField(
                label=_("Comment"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
            )

    def sections(self) -> dict[str, str]:
        """The four texts, with the line ends of the note instead of the browser's form."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in SECTIONS}

    def comments(self) -> list[tuple[SectionName, str]]:
        """The remarks that were written."""
        written = [(name, self.cleaned_data[f"comment_{name}"]) for name in SECTIONS]
        return [(cast("SectionName", name), text.replace("\r\n", "\n")) for name, text in written if text.strip()]


class CosignForm(forms.Form):
    """The version on the screen, named by its digest."""

    version = forms.IntegerField(min_value=1)
    digest = forms.RegexField(r"^[0-9a-f]{64}$")


class ReturnForm(forms.Form):
    """Why a version goes back."""

    version = forms.IntegerField(min_value=1)
    comment = forms.CharField(max_length=4000, error_messages={"required": _("Say what to change.")})


class SummaryForm(forms.Form):
    """What the patient takes home."""

    text = forms.CharField(max_length=8000, error_messages={"required": _("Write the summary first.")})
