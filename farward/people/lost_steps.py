"""For who lost the second step and the recovery codes: an administrator takes it away, and the person is told."""

from __future__ import annotations

import logging

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import rules, signed_in
from .errors import PeopleRefused
from .models import User

log = logging.getLogger(__name__)


def take_second_step(*, by: User, person: User) -> None:
    """Take passkeys, app and recovery codes from an account, sign it out everywhere and tell its owner.

    Only an administrator: a coordinator, who may give out password links, would else have a way to any preceptor's
    account. Where a role needs a second step, the next sign-in leads to a new one.

    Raises:
        PeopleRefused: `not_allowed`, `own_step` (the own one is changed on the own page).
    """
    if not rules.is_administrator(by) or not rules.can_change_person(by, person):
        raise PeopleRefused("not_allowed", _("You may not do this."))
    if by.pk == person.pk:
        raise PeopleRefused("own_step", _("Change your own second step under “Two-step sign-in”."))
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        signed_in.end_sessions_of(person)
    _tell(by, person)


def _tell(by: User, person: User) -> None:
    text = render_to_string("people/mail/step_taken.txt", {"person": person, "by": by, "url": settings.FARWARD_URL})
    try:
        EmailMessage(subject=_("Your second step was removed"), body=text, to=[person.email]).send()
    except OSError as error:
        log.warning("could not tell account %s that its second step was removed: %s", person.pk, type(error).__name__)
