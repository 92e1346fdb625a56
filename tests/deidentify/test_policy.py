"""The policy is data: what it names is taken out, and nothing else; a result says which policy it followed."""

from __future__ import annotations

import msgspec
import pytest

from farward.deidentify import BadPolicy, Identifier, deidentify, read_policy, safe_harbor
from tests.deidentify.encounter import CONTEXT, KEY


def test_safe_harbor_takes_out_every_class() -> None:
    assert safe_harbor().classes == frozenset(Identifier)


def test_safe_harbor_withholds_the_seventeen_areas_of_the_guidance() -> None:
    assert len(safe_harbor().zip_withheld) == 17


def test_a_class_that_the_policy_leaves_out_stays() -> None:
    policy = msgspec.structs.replace(safe_harbor(), version="dates-stay", classes=frozenset({Identifier.NAME}))
    result = deidentify("Maria Rivera, seen 3/4/2021", key=KEY, context=CONTEXT, policy=policy)
    assert "3/4/2021" in result.text
    assert "Rivera" not in result.text
    assert result.policy == "dates-stay"


def test_what_is_too_unsure_to_be_taken_out_is_listed_for_the_reviewer() -> None:
    policy = msgspec.structs.replace(safe_harbor(), least=0.95)
    result = deidentify("we asked Xhuqolwe about it", key=KEY, policy=policy)
    assert result.text == "we asked Xhuqolwe about it"
    assert len(result.unsure) == 1


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"version": 1}', b"\xff"])
def test_a_broken_policy_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPolicy):
        read_policy(raw)
