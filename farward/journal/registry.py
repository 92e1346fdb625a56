"""The one registry of entry kinds: each app declares its own at start, with a schema and who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from farward.vault.models import Lane

#: An audience of the form `seat:<uuid>`: the author and that seat alone.
DIRECT = "seat"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry.

    Attributes:
        name: lower case, dotted where a family shares a stem (`note.update`).
        payload: its schema, a `journal.types.Payload`.
        audiences: the group names an entry of this kind may carry; `DIRECT` allows `seat:<uuid>`.
        from_device: whether a seat's device may send it; otherwise only the server writes it.
        after_close: whether it may still be written once the encounter is closed.
        lane: which of the encounter's keys seals it.
        sealed: false only for an entry that must stay readable once the keys are gone.
    """

    name: str
    payload: type[msgspec.Struct]
    audiences: frozenset[str]
    from_device: bool = False
    after_close: bool = False
    lane: Lane = Lane.TEXT
    sealed: bool = True


class UnknownKind(LookupError):
    """No app has declared this kind."""


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Declare kinds. Declaring a name twice is a programming error and raises ValueError."""
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"entry kind {kind.name!r} is declared twice")
        _kinds[kind.name] = kind


def get_kind(name: str) -> Kind:
    """The kind of that name. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def all_kinds() -> list[Kind]:
    """Every declared kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
