"""Breaking glass and ending it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from farward.encounters.errors import ActionRefused, NotAllowed
from farward.encounters.models import Encounter
from farward.encounters.throttle import within_limit
from farward.people.models import Role, User
from farward.people.rules import has_role
from farward.privacy.accesses import Access, Origin, record_access
from farward.privacy.models import BrokenGlass
from farward.privacy.reviews import raise_flag
from farward.privacy.words import EMERGENCIES, Act, Data, Signal, Why

from . import rules
from .mail import tell_officers

LEAST_LETTERS = 20
#: Tries with a password, in how many seconds.
TRIES, WINDOW = 5, 900


def break_glass(
    *, by: User, encounter: Encounter, why: str, reason: str, password: str, origin: Origin
) -> tuple[BrokenGlass, bool]:
    """Open one encounter to an account without a place in it, read-only, for an hour.

    The access record, the signal in the review queue and the view stand or fall together; then the privacy officers are
    mailed. Returns the view, and whether the mail went out: an emergency does not wait for a mail server.

    Raises:
        NotAllowed: this account may not break glass here.
        ActionRefused: no_purpose, no_reason, slow_down, wrong_password.
    """
    if not rules.can_break(by, encounter):
        raise NotAllowed("not_allowed", _("You may not open this encounter."))
    reason = " ".join(reason.split())
    _check(by, why, reason, password)
    now = timezone.now()
    with transaction.atomic():
        entry = record_access(_access(by, encounter.pk, Why(why), reason[:2000], origin))
        if entry is None:
            raise RuntimeError("an emergency is always recorded")
        raise_flag(signal=Signal.BREAK_GLASS, user_id=by.pk, encounter=encounter.pk, entry=entry, at=now)
        glass = BrokenGlass.objects.create(
            entry=entry, user=by, encounter=encounter.pk, why=why, opened_at=now, ends_at=now + rules.FOR
        )
    return glass, tell_officers(glass, encounter)


def end_glass(*, by: User, encounter_id: UUID) -> None:
    """End the account's view now. Ending it again changes nothing."""
    now = timezone.now()
    BrokenGlass.objects.filter(user=by, encounter=encounter_id, opened_at__lt=now, ends_at__gt=now).update(ends_at=now)


def _check(by: User, why: str, reason: str, password: str) -> None:
    if why not in EMERGENCIES:
        raise ActionRefused("no_purpose", _("Choose what it is for."))
    if len(reason) < LEAST_LETTERS:
        raise ActionRefused("no_reason", _("Say why in at least 20 letters: the privacy officer reads it today."))
    if not within_limit("glass", str(by.pk), TRIES, WINDOW):
        raise ActionRefused("slow_down", _("Too many tries. Wait a quarter of an hour, or phone the site."))
    if not by.check_password(password):
        raise ActionRefused("wrong_password", _("This is not your password. Type the one you sign in with."))


def _access(by: User, encounter_id: UUID, why: Why, reason: str, origin: Origin) -> Access:
    return Access(
        what=Data.RECORD,
        act=Act.READ,
        view="glass_break",
        why=why,
        role=Role.ADMINISTRATOR if has_role(by, Role.ADMINISTRATOR) else Role.PRECEPTOR,
        user=by.pk,
        encounters=(encounter_id,),
        origin=origin,
        reason=reason,
    )
