"""The entry that carries a consent decision."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from farward.journal.registry import Kind
from farward.journal.types import Payload


class ConsentDecision(Payload, frozen=True):
    """One person's decision on one purpose.

    Attributes:
        text_version: which wording was shown or read aloud, so that it can be shown again years later.
        by: the person themselves, somebody who may decide for them, or staff who heard them decide.
        relation: what a proxy is to the person, such as "mother".
        subject: the seat of the person whom the decision is about.
    """

    purpose: Literal["visit", "learner", "observers", "stills", "recording", "teaching"]
    decision: Literal["given", "refused", "withdrawn"]
    text_version: Annotated[str, Meta(min_length=1, max_length=20)]
    language: Annotated[str, Meta(min_length=2, max_length=12)]
    by: Literal["self", "proxy", "witnessed"]
    subject: UUID
    relation: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


#: Also after the close: what was agreed to may be taken back at any time, and a no that comes late still counts.
KINDS = [Kind("consent", ConsentDecision, frozenset({"room"}), from_device=True, after_close=True)]
