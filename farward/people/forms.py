"""The forms of people, sites and rotations: they check shape; the actions check rights and sense."""

from __future__ import annotations

import zoneinfo
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from . import queries, rules
from .actions import Grant
from .errors import PeopleRefused
from .models import Membership, Role, Rotation, Site, User
from .phones import check_phone


class PersonForm(forms.Form):
    """Who someone is, and what they may be at each site: one row of boxes for each site."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    may_sign_in = forms.BooleanField(label=_("May sign in"), required=False, initial=True)

    def __init__(self, *args: Any, by: User, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs.setdefault("initial", {"name": person.name, "email": person.email, "may_sign_in": person.is_active})
        super().__init__(*args, **kwargs)
        if person is None:
            del self.fields["may_sign_in"]
        self.sites = list(queries.sites_managed_by(by))
        for site in self.sites:
            self.fields[self._field(site)] = self._roles_at(site, by, person)

    def _roles_at(self, site: Site, by: User, person: User | None) -> forms.MultipleChoiceField:
        choices = [(role.value, role.label) for role in Role if rules.can_grant(by, role, site)]
        held = Membership.objects.filter(user=person, site=site).values_list("role", flat=True) if person else ()
        return forms.MultipleChoiceField(
            label=site.name,
            choices=choices,
            initial=list(held),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _field(self, site: Site) -> str:
        return f"roles-{site.pk}"

    @property
    def role_fields(self) -> list[forms.BoundField]:
        """The boxes, one field a site."""
        return [self[self._field(site)] for site in self.sites]

    def grants(self) -> list[Grant]:
        """The roles that were ticked."""
        return [
            Grant(site=site, role=Role(role)) for site in self.sites for role in self.cleaned_data[self._field(site)]
        ]


class SiteForm(forms.Form):
    """A place, its time zone and the number to call when the network fails."""

    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All its times are shown in this zone."))
    phone = forms.CharField(
        label=_("Phone for when the network fails"),
        max_length=40,
        required=False,
        validators=[check_phone],
        help_text=_("With the country code. People in a visit call it when nothing else gets through."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    price_per_mb = forms.DecimalField(
        label=_("Price of a megabyte"),
        min_value=0,
        max_digits=10,
        decimal_places=4,
        required=False,
        help_text=_("With it, everyone is told before a visit what its data costs."),
        widget=forms.NumberInput(attrs={"step": "0.0001", "inputmode": "decimal"}),
    )
    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"^[A-Za-z]{3}$",
        required=False,
        help_text=_("Three letters, such as KES."),
        error_messages={"invalid": _("Write the three letters of the currency, such as KES.")},
        widget=forms.TextInput(attrs={"maxlength": "3", "autocomplete": "off"}),
    )

    link_code = forms.BooleanField(
        label=_("Patients' links need a code"),
        required=False,
        help_text=_("Six digits, told by phone or in person. A link that went astray then opens nothing."),
    )

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        if site is not None:
            shown = ("name", "time_zone", "phone", "price_per_mb", "currency", "link_code")
            kwargs.setdefault("initial", {field: getattr(site, field) for field in shown})
        super().__init__(*args, **kwargs)
        self.site = site
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc"))
        field = cast(forms.ChoiceField, self.fields["time_zone"])
        field.choices = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        namesake = Site.objects.filter(name__iexact=name).first()
        if namesake is not None and namesake != self.site:
            raise forms.ValidationError(_("Another site has this name."))
        return name

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        return currency.upper()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        price, currency = self.cleaned_data.get("price_per_mb"), self.cleaned_data.get("currency")
        if price is not None and currency == "":
            self.add_error("currency", _("Write the currency of the price, such as KES."))
        return cleaned


class RotationForm(forms.Form):
    """A cohort at one site. Learners and preceptors are chosen among the people of that site."""

    name = forms.CharField(label=_("Name"), max_length=120)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    learners = forms.ModelMultipleChoiceField(
        label=_("Learners"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    preceptors = forms.ModelMultipleChoiceField(
        label=_("Preceptors"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, rotation: Rotation | None = None, **kwargs: Any) -> None:
        if rotation is not None:
            kwargs.setdefault(
                "initial",
                {
                    "name": rotation.name,
                    "starts_on": rotation.starts_on,
                    "ends_on": rotation.ends_on,
                    "learners": rotation.learners.all(),
                    "preceptors": rotation.preceptors.all(),
                },
            )
        super().__init__(*args, **kwargs)
        for name, role in (("learners", Role.LEARNER), ("preceptors", Role.PRECEPTOR)):
            field = cast("forms.ModelMultipleChoiceField[User]", self.fields[name])
            field.queryset = queries.people_with_role(site, role)


def show_refusal(form: forms.Form, refused: PeopleRefused) -> None:
    """Show an action's refusal at the field it names, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
