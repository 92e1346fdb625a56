"""Passwords that are easily guessed, without asking anyone: zxcvbn's lists of leaked passwords, words and names.

Django's own list of 20,000 common passwords stands beside it; of those, 194 are as long as we ask for. zxcvbn knows
30,000 leaked passwords, 30,000 words, 15,000 names and 19,000 words of films, also respelt, doubled or in a row.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import User

#: Ten billion guesses: months for somebody with the stolen hashes, since Argon2 makes each guess dear.
LEAST_GUESSES = 10**10
#: What stands behind this many letters cannot make a password weak, and reading it takes long.
READ_LETTERS = 64


class GuessablePasswordValidator:
    """Refuses a password that could be found in fewer than ten billion guesses."""

    def validate(self, password: str, user: User | None = None) -> None:
        # Its lists take memory and time to load, and few processes ever judge a password.
        from zxcvbn import zxcvbn  # noqa: PLC0415

        known = ["farward"]
        if isinstance(user, User):
            known += [*user.name.split(), *user.email.replace("@", ".").split(".")]
        if zxcvbn(password[:READ_LETTERS], user_inputs=known)["guesses"] < LEAST_GUESSES:
            raise ValidationError(
                _("This password is easily guessed. Take three or four words that do not belong together."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Three or four words that do not belong together are hard to guess and easy to remember.")
