"""Plays schedules: many encounters at once at one server that is killed with SIGKILL while everybody types."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.faults.page import Page
from tests.faults.replica import Frame
from tests.faults.schedule import Schedule, make_schedule
from tests.live.processes import Process, keys_of

#: The time over which a schedule's troubles are spread; the server is killed within it.
SECONDS = 3.0
HEALING_SECONDS = 60.0
CLOSING_WORDS = "That is all from the"


@dataclass
class Played:
    """One schedule after healing."""

    schedule: Schedule
    encounter: str
    pages: dict[str, Page]
    #: How many entries were on their way at the moments of the kills.
    unsettled_at_kills: list[int] = field(default_factory=list)

    @property
    def seed(self) -> int:
        return self.schedule.seed

    def last_common(self) -> int:
        """The `seq` of the last closing word: what came after it may not have reached everybody."""
        return max(int(each["seq"]) for page in self.pages.values() for each in closing_words(page))


def closing_words(page: Page) -> list[Frame]:
    """The three entries by which a page knows that it has everything that was written before healing."""
    return [each for each in page.replica.entries.values() if each["payload"].get("text", "").startswith(CLOSING_WORDS)]


def seat_players(visits: Sequence[dict[str, Any]], seeds: Sequence[int], url: str) -> list[Played]:
    """One schedule for each visit."""
    found = []
    for visit, seed in zip(visits, seeds, strict=True):
        schedule = make_schedule(seed, SECONDS)
        pages = {role: Page(role, key, schedule) for role, key in keys_of(visit, url).items()}
        found.append(Played(schedule, visit["encounter"], pages))
    return found


async def play(process: Process, players: Sequence[Played]) -> None:
    """Play these schedules together, then heal the network and wait until everything has arrived everywhere."""
    pages = [page for player in players for page in player.pages.values()]
    start = asyncio.get_running_loop().time()
    done = asyncio.Event()
    connections = [asyncio.create_task(page.stay_connected()) for page in pages]
    people = [asyncio.create_task(page.type_until(done)) for page in pages]
    troubles = [asyncio.create_task(page.suffer(start)) for page in pages]
    try:
        await _kill(process, players, Random(players[0].seed))
        await asyncio.gather(*troubles)
        done.set()
        await asyncio.gather(*people)
        await _unless_broken(_heal(pages), connections)
    finally:
        for task in (*connections, *people, *troubles):
            task.cancel()
        await asyncio.gather(*connections, *people, *troubles, return_exceptions=True)


async def _kill(process: Process, players: Sequence[Played], random: Random) -> None:
    """SIGKILL, once or twice, in the middle of whatever the server is doing; each time it comes back on its data."""
    for _each in range(random.choice([1, 1, 2])):
        await asyncio.sleep(random.uniform(0.6, SECONDS / 2))
        process.end()
        for player in players:
            player.unsettled_at_kills.append(sum(len(page.replica.outbox) for page in player.pages.values()))
        process.start()
        await _until(process.is_ready)


async def _heal(pages: Sequence[Page]) -> None:
    for page in pages:
        page.calm, page.swallowing = True, False
    async with asyncio.timeout(HEALING_SECONDS):
        await _until(lambda: not any(page.replica.outbox for page in pages))
        for page in pages:
            page.replica.write("message", "room", text=f"{CLOSING_WORDS} {page.role}.")
            page.wake.set()
        await _until(lambda: all(len(closing_words(page)) == len(page.schedule.events) for page in pages))


async def _until(fits: Any) -> None:
    while not fits():  # noqa: ASYNC110 -- what is waited for lies in a hundred places
        await asyncio.sleep(0.05)


async def _unless_broken(healing: Any, connections: Sequence[asyncio.Task[None]]) -> None:
    """Heal, unless a page has found something that must never happen: then fail with that."""
    task = asyncio.create_task(healing)
    finished, _ = await asyncio.wait([task, *connections], return_when=asyncio.FIRST_COMPLETED)
    task.cancel()
    for each in finished:
        each.result()
