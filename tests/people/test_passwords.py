"""Which passwords are refused, without asking anyone."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from farward.people.models import User


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "p4ssw0rdp4ssw0rd",
        "qwertyuiop12",
        "iloveyouforever",
        "farwardfarward",
        "123456789012",
        "abcdefghijklm",
        "Summer2026!!",
        "aaaaaaaaaaaaaaaa",
        "short",
    ],
)
def test_what_others_use_too_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


def test_the_own_name_makes_no_password() -> None:
    with pytest.raises(ValidationError):
        validate_password("aminayusuf2026", User(name="Amina Yusuf", email="amina@school.example"))


@pytest.mark.parametrize("password", ["a ward lamp far away", "quite another lamp", "tulip-gravel-mondays"])
def test_some_words_that_do_not_belong_together_are_taken(password: str) -> None:
    validate_password(password, User(name="Amina Yusuf", email="amina@school.example"))


def test_a_very_long_password_takes_no_time() -> None:
    validate_password("tulip gravel mondays " * 200)
