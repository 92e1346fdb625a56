"""What makes a booking sound: who must be there, how many, and when. Each problem names the field to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.people.models import Role, Site
from farward.people.phones import check_phone
from farward.people.rules import has_role

from .errors import BookingInvalid
from .models import Kind, Mode, SeatRole

if TYPE_CHECKING:
    from .actions.booking import SeatRequest

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=8)
LONGEST_BY_MESSAGES = timedelta(days=14)
#: Within how many hours a preceptor may promise to answer.
ANSWER_HOURS = range(1, 24 * 7 + 1)
#: Kinds in which a learner has a patient to ask and a preceptor who answers.
BY_MESSAGES = frozenset({Kind.CLINIC, Kind.SIMULATED})
FURTHEST = timedelta(days=730)

#: Everyone sends to everyone, so the room stays small; a seminar carries a few more who mostly listen.
MOST_SEATS = {Kind.CLINIC: 5, Kind.SIMULATED: 5, Kind.PRACTICE: 2, Kind.SEMINAR: 8}

#: Roles for which somebody must answer with an account.
WITH_ACCOUNT = frozenset({SeatRole.LEARNER, SeatRole.PRECEPTOR})


def check_all(*checks: Callable[[], object]) -> None:
    """Make every check, so that all that needs mending is said at once. Raises BookingInvalid, the others in `also`."""
    found: list[BookingInvalid] = []
    for check in checks:
        try:
            check()
        except BookingInvalid as problem:
            found += [problem, *problem.also]
    if found:
        found[0].also = tuple(found[1:])
        raise found[0]


def check_time(starts_at: datetime, ends_at: datetime, *, by_messages: bool = False) -> None:
    """Whether an encounter can be at this time. By messages it stays open for days. Raises BookingInvalid."""
    now = timezone.now()
    if timezone.is_naive(starts_at) or timezone.is_naive(ends_at):
        raise BookingInvalid("starts_at", _("The time needs a time zone."))
    if ends_at <= starts_at:
        raise BookingInvalid("ends_at", _("The end must be after the beginning."))
    if by_messages and ends_at - starts_at > LONGEST_BY_MESSAGES:
        raise BookingInvalid("ends_at", _("An encounter by messages stays open for at most 14 days."))
    if not by_messages and not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise BookingInvalid("ends_at", _("An encounter lasts between 5 minutes and 8 hours."))
    if ends_at <= now:
        raise BookingInvalid("starts_at", _("This time is over. Choose a later one."))
    if starts_at > now + FURTHEST:
        raise BookingInvalid("starts_at", _("Choose a time within the next two years."))


def check_mode(kind: str, mode: str, answer_hours: int | None) -> None:
    """Whether an encounter of this kind can be held this way. Raises BookingInvalid."""
    if mode not in Mode.values:
        raise BookingInvalid("mode", _("Choose one of the two ways."))
    if mode == Mode.LIVE:
        return
    if kind not in BY_MESSAGES:
        raise BookingInvalid("mode", _("Only clinic and simulated encounters can be held by messages."))
    if answer_hours not in ANSWER_HOURS:
        raise BookingInvalid("answer_hours", _("An answer is promised within one hour to seven days."))


def check_seats(*, kind: str, site: Site, seats: Sequence[SeatRequest], only_last: bool = False) -> None:
    """Whether these people make an encounter of this kind. `only_last`: the others sit already."""
    if kind not in Kind.values:
        raise BookingInvalid("kind", _("Choose one of the kinds of encounter."))
    checked = list(enumerate(seats))[-1:] if only_last else list(enumerate(seats))
    check_all(
        *(partial(_check_person, f"seats.{index}", site, request) for index, request in checked),
        *_role_checks(Kind(kind), Counter(request.role for request in seats)),
        partial(_check_twice, seats),
    )


def _check_twice(seats: Sequence[SeatRequest]) -> None:
    users = [request.user.pk for request in seats if request.user is not None]
    if len(users) != len(set(users)):
        raise BookingInvalid("seats", _("Somebody is in this encounter twice."), code="twice")


def _check_person(field: str, site: Site, request: SeatRequest) -> None:
    if request.role not in SeatRole.values:
        raise BookingInvalid(f"{field}.role", _("Choose one of the roles."))
    if request.user is None:
        _check_guest(field, request)
        return
    if not request.user.is_active:
        raise BookingInvalid(f"{field}.user", _("This account is closed."))
    if request.role == SeatRole.PATIENT:
        raise BookingInvalid(f"{field}.user", _("A patient takes part without an account."))
    if request.role == SeatRole.PRECEPTOR and not has_role(request.user, Role.PRECEPTOR, site):
        raise BookingInvalid(f"{field}.user", _("This person is not a preceptor at this site."))
    if request.role == SeatRole.LEARNER and not has_role(request.user, Role.LEARNER):
        raise BookingInvalid(f"{field}.user", _("This person is not a learner."))


def _check_guest(field: str, request: SeatRequest) -> None:
    if request.role in WITH_ACCOUNT:
        raise BookingInvalid(f"{field}.user", _("Choose a person with an account for this role."))
    if not request.name.strip():
        raise BookingInvalid(f"{field}.name", _("Write the person's name."))
    if len(request.name) > 120 or len(request.phone) > 40:
        raise BookingInvalid(f"{field}.name", _("This is too long."))
    _check_phone(field, request.phone)
    if request.email.strip():
        try:
            validate_email(request.email.strip())
        except ValidationError:
            raise BookingInvalid(f"{field}.email", _("This is not an e-mail address.")) from None


def _check_phone(field: str, phone: str) -> None:
    try:
        check_phone(phone)
    except ValidationError as error:
        raise BookingInvalid(f"{field}.phone", error.messages[0]) from None


def _role_checks(kind: Kind, counted: Counter[str]) -> Iterator[Callable[[], None]]:
    yield partial(_check_patients, kind, counted[SeatRole.PATIENT])
    yield partial(_check_preceptor, kind, counted[SeatRole.PRECEPTOR])
    yield partial(_check_learner, kind, counted[SeatRole.LEARNER])
    yield partial(_check_number, kind, sum(counted.values()) - counted[SeatRole.HELPER])


def _check_patients(kind: Kind, patients: int) -> None:
    if kind in {Kind.CLINIC, Kind.SIMULATED}:
        if patients != 1:
            raise BookingInvalid("seats", _("This kind of encounter has exactly one patient."), code="patients")
    elif patients:
        raise BookingInvalid("seats", _("This kind of encounter has no patient."), code="patients")


def _check_preceptor(kind: Kind, preceptors: int) -> None:
    if preceptors or kind == Kind.PRACTICE:
        return
    if kind == Kind.SEMINAR:
        raise BookingInvalid("seats", _("A seminar needs a preceptor."), code="no_preceptor")
    raise BookingInvalid("seats", _("This kind of encounter needs a preceptor."), code="no_preceptor")


def _check_learner(kind: Kind, learners: int) -> None:
    if kind != Kind.SEMINAR and not learners:
        raise BookingInvalid("seats", _("This kind of encounter needs a learner."), code="no_learner")


def _check_number(kind: Kind, wired: int) -> None:
    if wired > MOST_SEATS[kind]:
        message = _("At most %(most)s people can take part.") % {"most": MOST_SEATS[kind]}
        raise BookingInvalid("seats", message, code="too_many")
