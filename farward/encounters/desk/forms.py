"""The forms of the booking desk: local times become moments here, and an action's refusal goes back to its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from farward.encounters.actions.booking import SeatRequest
from farward.encounters.bookings import check_seats
from farward.encounters.clashes import clashes
from farward.encounters.errors import BookingInvalid
from farward.encounters.models import Encounter, Kind, Mode, SeatRole
from farward.people.models import Role, Rotation, Site, User
from farward.people.phones import check_phone
from farward.people.queries import people_with_role

#: By messages an encounter stays open this long.
OPEN_DAYS = 7
ANSWERS = [(4, _("4 hours")), (24, _("24 hours")), (48, _("48 hours")), (72, _("3 days"))]
LENGTHS = [(20, _("20 minutes")), (30, _("30 minutes")), (40, _("40 minutes")), (60, _("1 hour")), (90, _("1½ hours"))]
EXTRA_ROLES = [
    (role.value, role.label) for role in (SeatRole.OBSERVER, SeatRole.INTERPRETER, SeatRole.COMPANION, SeatRole.HELPER)
]
EXTRAS = 3
#: At which field it is said that a role has nobody, by the refusal's code.
MISSING = {"no_preceptor": "preceptor", "no_learner": "learner", "patients": "patient_name"}


class TimeForm(forms.Form):
    """When, in the time of the site."""

    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(label=_("Length"), choices=LENGTHS, coerce=int, initial=40)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        day, begins = self.cleaned_data.get("day"), self.cleaned_data.get("begins")
        if day and begins:
            try:
                if not _exists(day, begins, self.site.zone):
                    self.add_error("begins", _("The clocks go forward that day, and this time is left out."))
            except OverflowError:
                # A day at either end of the calendar is outside it in another zone.
                self.add_error("day", _("Choose a time within the next two years."))
        return cleaned

    @property
    def starts_at(self) -> datetime:
        """The moment it begins. Where clocks go back and a time comes twice, the first of the two."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["begins"], self.site.zone)

    @property
    def ends_at(self) -> datetime:
        """The moment it ends."""
        starts: datetime = self.starts_at.astimezone(ZoneInfo("UTC"))
        return starts + timedelta(minutes=self.cleaned_data["minutes"])

    def refuse(self, refused: BookingInvalid) -> None:
        """Show an action's refusal at the field it names."""
        field = {"starts_at": "day", "ends_at": "minutes"}.get(refused.field, refused.field)
        self.add_error(field if field in self.fields else None, refused.message)


class ChangeTimeForm(TimeForm):
    """Another time for an encounter that is booked."""

    def __init__(self, *args: Any, encounter: Encounter, **kwargs: Any) -> None:
        starts = timezone.localtime(encounter.starts_at, encounter.site.zone)
        minutes = round((encounter.ends_at - encounter.starts_at).total_seconds() / 60)
        kwargs.setdefault("initial", {"day": starts.date(), "begins": starts.time(), "minutes": minutes})
        super().__init__(*args, site=encounter.site, **kwargs)
        if minutes not in dict(LENGTHS):
            field = cast(forms.TypedChoiceField, self.fields["minutes"])
            days = minutes // (24 * 60)
            field.choices = [(minutes, _("%d days") % days if days else _("%d minutes") % minutes), *LENGTHS]


class ExtraForm(forms.Form):
    """One more person: an observer, an interpreter, a companion or a helper."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Nobody")), *EXTRA_ROLES], required=False)
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("name") and not self.cleaned_data.get("role"):
            self.add_error("role", _("Choose what this person does in the encounter."))
        if self.cleaned_data.get("role") and not self.cleaned_data.get("name"):
            self.add_error("name", _("Write the person's name."))
        return cleaned

    def request(self, site: Site) -> SeatRequest | None:
        """The wanted seat; for an account of the site with this address, that account's. None if left empty."""
        role, email = self.cleaned_data.get("role"), self.cleaned_data.get("email", "")
        if not role:
            return None
        account = (
            User.objects.filter(email__iexact=email, is_active=True, memberships__site=site).first() if email else None
        )
        if account is not None and role in {SeatRole.OBSERVER, SeatRole.HELPER}:
            return SeatRequest(role=role, user=account)
        return SeatRequest(role=role, name=self.cleaned_data["name"], email=email)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A seat asked for, and the form and fields its parts were written in."""

    request: SeatRequest
    form: forms.Form
    fields: dict[str, str]


class BookingForm(TimeForm):
    """A whole booking on one page."""

    field_order = ("kind", "mode", "rotation", "day", "begins", "minutes", "learner", "preceptor")

    kind = forms.ChoiceField(
        label=_("Kind of encounter"), choices=Kind.choices, initial=Kind.CLINIC, widget=forms.RadioSelect
    )
    mode = forms.ChoiceField(
        label=_("How people meet"),
        choices=Mode.choices,
        initial=Mode.LIVE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("By messages it stays open for seven days from the time below, and nobody need be there at once."),
    )
    answer_hours = forms.TypedChoiceField(
        label=_("The preceptor answers within"),
        choices=ANSWERS,
        coerce=int,
        initial=24,
        required=False,
        help_text=_("Only by messages."),
    )
    rotation = forms.ModelChoiceField(
        label=_("Rotation"), queryset=Rotation.objects.none(), required=False, empty_label=_("None")
    )
    learner = forms.ModelChoiceField(
        label=_("Learner"), queryset=User.objects.none(), required=False, empty_label=_("Choose")
    )
    preceptor = forms.ModelChoiceField(
        label=_("Preceptor"), queryset=User.objects.none(), required=False, empty_label=_("Choose")
    )
    patient_name = forms.CharField(
        label=_("Patient's name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    patient_email = forms.EmailField(
        label=_("Patient's e-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    patient_phone = forms.CharField(
        label=_("Patient's phone"),
        max_length=40,
        required=False,
        validators=[check_phone],
        help_text=_("With the country code. The learner and the preceptor call it when nothing else gets through."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    brief = forms.CharField(
        label=_("Reason for the visit"),
        max_length=4000,
        required=False,
        help_text=_("Only the learner and the preceptor read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, site: Site, **kwargs: Any) -> None:
        today = timezone.localdate(timezone=site.zone)
        super().__init__(data, site=site, initial={"day": today}, **kwargs)
        self._offer("rotation", site.rotations.filter(ends_on__gte=today).order_by("name"))
        self._offer("learner", people_with_role(site, Role.LEARNER))
        self._offer("preceptor", people_with_role(site, Role.PRECEPTOR))
        self._wanted: list[Wanted] | None = None
        self.extras = [ExtraForm(data, prefix=f"extra-{n}") for n in range(EXTRAS)]

    def _offer(self, name: str, queryset: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset

    anyway = forms.BooleanField(label=_("Book anyway"), required=False)

    def is_valid(self) -> bool:
        # Not short-circuited: every field that needs mending is marked at once.
        if all([super().is_valid(), *(extra.is_valid() for extra in self.extras)]):
            return True
        self._check_people()
        return False

    def _check_people(self) -> None:
        """Say what is wrong with the people too where something else is, unless it is the same field."""
        try:
            check_seats(
                kind=self.cleaned_data.get("kind", Kind.CLINIC),
                site=self.site,
                seats=[wanted.request for wanted in self.wanted()],
            )
        except BookingInvalid as refused:
            for each in (refused, *refused.also):
                if self._field_of(each) not in self.errors:
                    self.refuse(each)

    def clashes(self) -> list[str]:
        """Who is expected elsewhere at that time, unless the desk has been told and books anyway."""
        if self.by_messages or self.cleaned_data["anyway"]:
            return []
        seats = [wanted.request for wanted in self.wanted()]
        return clashes(site=self.site, seats=seats, starts_at=self.starts_at, ends_at=self.ends_at)

    @property
    def by_messages(self) -> bool:
        """Whether people write to each other instead of meeting at one time."""
        return bool(self.cleaned_data["mode"] == Mode.STORE_AND_FORWARD)

    @property
    def ends_at(self) -> datetime:
        """The moment it ends: by messages, the last at which one can still come in."""
        return self.starts_at + timedelta(days=OPEN_DAYS) if self.by_messages else super().ends_at

    @property
    def has_extras(self) -> bool:
        """Whether something was written into the further seats."""
        return any(extra.has_changed() or extra.errors for extra in self.extras)

    def wanted(self) -> list[Wanted]:
        """The seats asked for, each with the fields it came from."""
        if self._wanted is None:
            # Once: a refused field is taken out of the cleaned data.
            self._wanted = self._read_wanted()
        return self._wanted

    def _read_wanted(self) -> list[Wanted]:
        data = self.cleaned_data
        wanted = [
            Wanted(SeatRequest(role=role, user=data[role]), self, {"user": role})
            for role in ("learner", "preceptor")
            if data.get(role)
        ]
        if data.get("patient_name"):
            request = SeatRequest(
                role=SeatRole.PATIENT,
                name=data["patient_name"],
                email=data.get("patient_email", ""),
                phone=data.get("patient_phone", ""),
            )
            fields = {part: f"patient_{part}" for part in ("name", "email", "phone")}
            wanted.append(Wanted(request, self, fields))
        for extra in self.extras:
            request_or_none = extra.request(self.site) if extra.is_valid() else None
            if request_or_none is not None:
                wanted.append(Wanted(request_or_none, extra, {"name": "name", "email": "email", "user": "email"}))
        return wanted

    def refuse(self, refused: BookingInvalid) -> None:
        """Show the refusal at its field: of a seat, of a role nobody has, or of the time."""
        parts = refused.field.split(".")
        if parts[0] == "seats" and len(parts) == 3:
            seat = self.wanted()[int(parts[1])]
            seat.form.add_error(seat.fields.get(parts[2]), refused.message)
            return
        if refused.code in MISSING:
            self.add_error(MISSING[refused.code], refused.message)
            return
        super().refuse(refused)

    @staticmethod
    def _field_of(refused: BookingInvalid) -> str:
        return MISSING.get(refused.code, refused.field)


def _exists(day: date, begins: time, zone: ZoneInfo) -> bool:
    local = datetime.combine(day, begins, zone)
    return local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
