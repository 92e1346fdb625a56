"""What an entry changes: one handler for each kind that has checks or projections of its own.

A handler runs inside the append, under the lock of the journal's head, after `rules.check` has let the entry pass. It
raises `Refused` before it changes anything, then writes projections. `seat` and `seat.encounter` are shared by the
whole batch, so a handler that changes them also saves them. A kind without a handler needs the general rule only.

A package that owns kinds puts its handlers into a module and names that module in `apps.HANDLER_MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from farward.journal.types import Draft

if TYPE_CHECKING:
    from .models import Seat

Handler = Callable[["Seat", Draft, Any], None]
HandlerT = TypeVar("HandlerT", bound=Handler)

_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[HandlerT], HandlerT]:
    """Declare the one handler of a kind: `function(seat, draft, payload)`."""

    def declare(handler: HandlerT) -> HandlerT:
        if kind in _handlers:
            raise ValueError(f"entries of kind {kind!r} have two handlers")
        _handlers[kind] = handler
        return handler

    return declare


def handle(seat: Seat, draft: Draft, payload: object) -> None:
    """Let the entry's kind check itself and write its projections. Raises Refused."""
    handler = _handlers.get(draft.kind)
    if handler is not None:
        handler(seat, draft, payload)
