"""How a new person chooses a password: a link that works once, made and checked by django-allauth's reset."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from . import rules
from .errors import PeopleRefused
from .mail import goes_out
from .models import User


def password_link(*, by: User, person: User) -> str:
    """A link with which `person` sets a password. It dies with its first use, or after three days.

    Raises:
        PeopleRefused: `not_allowed`, `closed` (the account may not sign in).
    """
    if not rules.can_change_person(by, person):
        raise PeopleRefused("not_allowed", _("You may not do this."))
    if not person.is_active:
        raise PeopleRefused("closed", _("Open the account first: it may not sign in now."))
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )
    return f"{settings.FARWARD_URL}{path}"


def mail_password_link(*, by: User, person: User) -> None:
    """Send the link to the person's own address.

    Raises:
        PeopleRefused: as `password_link`, and `mail_failed`.
    """
    context = {"person": person, "by": by, "url": password_link(by=by, person=person)}
    text = render_to_string("people/mail/password.txt", context)
    message = EmailMessage(subject=_("Your Farward account"), body=text, to=[person.email])
    try:
        message.send()
    except OSError as error:
        raise PeopleRefused(
            "mail_failed", _("The mail could not be sent. Try again, or show the link and pass it on.")
        ) from error
    if not goes_out():
        raise PeopleRefused(
            "no_mail", _("No mail server is set up, so nothing was sent. Show the link and pass it on.")
        )
