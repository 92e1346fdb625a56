"""The doorbell: tells every process that an encounter's journal has grown, and carries what is no record.

Messages pass through Channels' layer, in memory for one process and over Redis for several. Losing one loses nothing
but time: each process also looks at its journals by itself every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from channels.layers import InMemoryChannelLayer, get_channel_layer

from farward.journal.signals import appended

log = logging.getLogger(__name__)

_hub_loop: asyncio.AbstractEventLoop | None = None


def group_of(encounter_id: UUID) -> str:
    """The group that hears `{"type": "doorbell", "encounter": hex, "seq": n}` whenever this journal has grown."""
    return f"encounter.{encounter_id.hex}"


def passing_group_of(encounter_id: UUID) -> str:
    """The group in which the hubs of all processes pass on what is no record."""
    return f"passing.{encounter_id.hex}"


def connect() -> None:
    """Ring whenever a journal grows."""
    appended.connect(_on_appended, dispatch_uid="farward.live.doorbell")


def listen_on(loop: asyncio.AbstractEventLoop | None) -> None:
    """The loop that runs this process's hub: its doorbells leave from there. None when the hub ends."""
    global _hub_loop  # noqa: PLW0603 -- a process has one hub
    _hub_loop = loop


async def publish(group: str, message: dict[str, Any]) -> None:
    """Send a message to every process that listens to this group. Never raises: what is lost heals."""
    try:
        await get_channel_layer().group_send(group, message)
    except Exception as error:
        log.warning("doorbell not delivered: %s", type(error).__name__)


def ring(encounter_id: UUID, seq: int) -> None:
    """Ring from any thread."""
    message = {"type": "doorbell", "encounter": encounter_id.hex, "seq": seq}
    leaving = publish(group_of(encounter_id), message)
    if _hub_loop is not None and not _hub_loop.is_closed():
        asyncio.run_coroutine_threadsafe(leaving, _hub_loop)
    elif isinstance(get_channel_layer(), InMemoryChannelLayer):
        leaving.close()  # nobody can hear it outside this process, and here nobody listens
    else:
        asyncio.run(leaving)


def _on_appended(sender: object, *, journal_id: UUID, seq: int, **_: object) -> None:
    ring(journal_id, seq)
