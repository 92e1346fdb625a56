"""What a process does by itself while it serves: leases, looks, checkpoints, reminders, what is old or came in part."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from farward.encounters.accounting.signals import look_for_signals
from farward.encounters.answers.reminders import remind_late
from farward.encounters.clips.sweep import sweep_abandoned
from farward.encounters.live import presence, work
from farward.encounters.live.hub import close_hub, the_hub
from farward.encounters.recordings.sweep import sweep
from farward.journal import checkpoints

log = logging.getLogger(__name__)

#: A doorbell that was lost costs at most this long.
LOOK_SECONDS = 15.0
CHECKPOINT_SECONDS = 30.0
REMIND_SECONDS = 60.0
SIGNAL_SECONDS = 60.0
SWEEP_SECONDS = 600.0


async def run() -> None:
    """Do the upkeep until cancelled."""
    hub = the_hub()
    async with asyncio.TaskGroup() as group:
        group.create_task(_every(presence.LEASE_SECONDS, lambda: presence.keep_leases(hub)))
        group.create_task(_every(presence.ACCOUNT_SECONDS, lambda: presence.end_the_ended(hub)))
        group.create_task(_every(LOOK_SECONDS, hub.ring_all))
        group.create_task(_every(CHECKPOINT_SECONDS, lambda: work.write(checkpoints.tick)))
        # Among the readers: a mail server that is slow must not hold up those who write.
        group.create_task(_every(REMIND_SECONDS, lambda: work.read(remind_late)))
        group.create_task(_every(SIGNAL_SECONDS, lambda: work.write(look_for_signals)))
        # Among the readers too: it waits for the disk, and two processes may do it side by side.
        group.create_task(_every(SWEEP_SECONDS, lambda: work.read(sweep)))
        group.create_task(_every(SWEEP_SECONDS, lambda: work.read(sweep_abandoned)))


async def _every(seconds: float, upkeep: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await upkeep()
        except Exception:
            # Whatever it was, the other upkeep must go on, and this one next time.
            log.exception("upkeep failed and is tried again")


class Upkeep:
    """The upkeep of one process, started and stopped with its server."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. Starting twice changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(run())

    async def stop(self) -> None:
        """End, and close the hub."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await close_hub()
