"""Tokens: long, never the same, known only by their hash."""

from __future__ import annotations

import base64

from farward.vault.tokens import hash_token, new_token, token_matches


def test_a_token_has_256_random_bits() -> None:
    tokens = {new_token()[0] for _ in range(100)}
    assert len(tokens) == 100
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}


def test_a_token_matches_its_own_hash_and_no_other() -> None:
    token, stored = new_token()
    assert len(stored) == 32
    assert token_matches(token, stored)
    assert token_matches(token, memoryview(stored))
    assert not token_matches(token[:-1], stored)
    assert not token_matches(new_token()[0], stored)


def test_what_is_no_token_matches_nothing() -> None:
    assert not token_matches("", b"")
    assert not token_matches("\udcff", hash_token("other"))
