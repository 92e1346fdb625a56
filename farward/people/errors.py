"""What can go wrong in the actions of people: a code for machines, a field to mend, a sentence for people."""

from __future__ import annotations

from django.utils.functional import Promise


class PeopleRefused(Exception):
    """An action was not done, and nothing was changed. `field` is empty where no single field is at fault."""

    def __init__(self, code: str, message: str | Promise, field: str = "") -> None:
        super().__init__(str(message))
        self.code = code
        self.message = str(message)
        self.field = field
