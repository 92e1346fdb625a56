"""What can go wrong in the encounters' actions: a code for machines and a sentence for people."""

from __future__ import annotations

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class ActionRefused(Exception):
    """An action was not done, and nothing was changed. `code` never changes, `message` is translated."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = str(message)


class NotAllowed(ActionRefused):
    """This account or seat may not do this."""


class BookingInvalid(ActionRefused):
    """A booking cannot stand as asked; `field` names what to mend (`seats`, `starts_at`, `seats.2.email`, …).

    `also` holds what else needs mending, so that it is said at once.
    """

    def __init__(self, field: str, message: str | Promise, code: str = "invalid") -> None:
        super().__init__(code, message)
        self.field = field
        self.also: tuple[BookingInvalid, ...] = ()


class LinkRefused(ActionRefused):
    """A link opens nothing. Codes: unknown, early, expired, revoked, cancelled, staff_session, slow_down.

    Further codes, told only to who holds the right link: sign_in, check, wrong_check.
    """


class SignInFirst(LinkRefused):
    """The link is that of an account's seat, and nobody is signed in. `encounter_id` is where to go afterwards."""

    def __init__(self, encounter_id: UUID) -> None:
        super().__init__("sign_in", _("This place belongs to an account. Sign in first."))
        self.encounter_id = encounter_id


class MailNotSent(ActionRefused):
    """The mail could not be handed over. What it was about stands."""
