"""Answers and their timing tell nobody which addresses, accounts, visits or links there are.

By answer also: tests/people/test_sign_in.py, tests/encounters/test_invitations.py, tests/policy/test_routes.py.
"""

from __future__ import annotations

import json
import secrets
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from unittest import mock
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client

from farward.encounters.actions.invitations import issue_invitation
from tests.encounters.support import parts_of, seat_of

if TYPE_CHECKING:
    from farward.people.models import User
    from tests.fixtures.cast import Booker

pytestmark = pytest.mark.django_db(databases="__all__")


def form(client: Client, path: str, fields: dict[str, str]) -> tuple[int, str]:
    cache.clear()
    answer = client.post(path, fields)
    typed = next(iter(fields.values()))
    return answer.status_code, answer.content.decode().replace(typed, "…")


def without_tokens(html: str) -> str:
    import re

    return re.sub(r'value="\w{64}"|nonce="[^"]+"', "", html)


def test_signing_in_says_and_does_the_same_for_every_address(amina: User) -> None:
    """The dear part, hashing the password, is done whether there is an account or not; so the time is the same."""
    amina.set_password("a long walk to the ward")
    amina.save()
    told, hashed = [], []
    for address in (amina.email, "nobody@school.example"):
        with (
            mock.patch.object(Argon2PasswordHasher, "encode", autospec=True, side_effect=_as_before) as encode,
            mock.patch.object(Argon2PasswordHasher, "verify", autospec=True, return_value=False) as verify,
        ):
            status, html = form(Client(), "/accounts/login/", {"login": address, "password": "a guess"})
        told.append((status, without_tokens(html)))
        hashed.append(encode.call_count + verify.call_count)
    assert told[0] == told[1]
    assert min(hashed) >= 1


def _as_before(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
    return "argon2$argon2id$v=19$m=8,t=1,p=1$" + "c2FsdHNhbHQ$" + "AAAA"


def test_asking_for_a_new_password_says_the_same_for_every_address(amina: User) -> None:
    answers = [
        form(Client(), "/accounts/password/reset/", {"email": who}) for who in (amina.email, "no@school.example")
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("below", ["/e/{}/", "/e/{}/note/", "/e/{}/debrief/", "/s/{}/lobby", "/s/{}/", "/people/{}/"])
def test_what_is_not_ones_own_and_what_is_not_there_look_the_same(below: str, booked: Booker, sam: User) -> None:
    encounter = booked()
    real = seat_of(encounter, "patient").pk if below.startswith("/s/") else encounter.pk
    client = Client()
    client.force_login(sam)
    there, nowhere = client.get(below.format(real)), client.get(below.format(uuid4()))
    assert there.status_code == nowhere.status_code == 404
    assert without_tokens(there.content.decode()) == without_tokens(nowhere.content.decode())
    assert set(there.headers) == set(nowhere.headers)


def test_a_link_that_is_there_takes_no_longer_to_refuse(booked: Booker, kofi: User) -> None:
    link, _token = parts_of(issue_invitation(by=kofi, seat=seat_of(booked(), "patient")))

    def tries(link_of: Callable[[], str]) -> float:
        times = []
        for _ in range(30):
            cache.clear()
            body = json.dumps({"link": link_of(), "token": secrets.token_urlsafe(32)})
            began = time.perf_counter()
            assert Client().post("/j", body, content_type="application/json").status_code == 404
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    known, unknown = tries(lambda: link), tries(lambda: secrets.token_hex(16))
    # Within what a network hides: a few milliseconds, and far from any difference in work.
    assert abs(known - unknown) < max(0.01, 0.5 * min(known, unknown))


def test_secrets_are_compared_by_their_hash_and_never_letter_by_letter() -> None:
    """What is looked up is SHA-256 of 256 random bits: a common beginning tells nothing (ASVS 11.2.4)."""
    from farward.vault.tokens import hash_token, new_token

    token, digest = new_token()
    assert hash_token(token) == digest
    assert len(digest) == 32
    assert len(token) >= 43
