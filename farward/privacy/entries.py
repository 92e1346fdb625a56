"""The entries of consent decisions, of accesses and of their reviews."""

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


class Accessed(Payload, frozen=True):
    """Who saw or changed whose data. Ids and codes, and where from: never a name, a text or an address of a page.

    Attributes:
        of: the encounters concerned; none where it was accounts of the school.
        role: what the person was at that moment, in the encounter or at the school.
        view: the name of the page or channel.
        thing: the single picture, voice note, recording or account.
        address: the network address; `agent` only the family of browser and system.
        reason: why somebody broke glass, in their words.
    """

    act: str
    what: str
    view: str
    why: str
    role: str
    of: list[UUID]
    user: UUID | None = None
    seat: UUID | None = None
    thing: UUID | None = None
    address: Annotated[str, Meta(max_length=60)] = ""
    agent: Annotated[str, Meta(max_length=40)] = ""
    reason: Annotated[str, Meta(max_length=2000)] = ""


class AccessReviewed(Payload, frozen=True):
    """What the privacy officer found of one signal."""

    signal: str
    access: UUID
    user: UUID
    encounter: UUID | None
    verdict: str
    word: Annotated[str, Meta(min_length=1, max_length=1000)]


#: Who reads ledgers. No seat has this audience.
OFFICERS = "officers"

#: Also after the close: what was agreed to may be taken back at any time, and a no that comes late still counts.
KINDS = [
    Kind("consent", ConsentDecision, frozenset({"room"}), from_device=True, after_close=True),
    Kind("access", Accessed, frozenset({OFFICERS}), after_close=True),
    Kind("access.reviewed", AccessReviewed, frozenset({OFFICERS}), after_close=True),
]
