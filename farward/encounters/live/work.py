"""Database work for the event loop, on threads of its own.

Django's thread-sensitive executor would put every connection behind one thread; here reads run side by side. SQLite
takes one writer at a time, and waiting for its lock means sleeping and retrying: one thread that queues is faster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

from django.db import connection, connections

P = ParamSpec("P")
T = TypeVar("T")

READERS = 3
WRITERS = 4


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(READERS, thread_name_prefix="live-read")


@cache
def _writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1 if connection.vendor == "sqlite" else WRITERS, thread_name_prefix="live-write")


async def read(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query on a thread."""
    return await asyncio.get_running_loop().run_in_executor(_readers(), partial(_tidily, function, *args, **kwargs))


async def write(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run an action on a thread; on SQLite one after the other, in the order they were asked for."""
    return await asyncio.get_running_loop().run_in_executor(_writers(), partial(_tidily, function, *args, **kwargs))


def _tidily(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    finally:
        _give_back_connections()


def _give_back_connections() -> None:
    """Return pooled connections and drop broken ones. A healthy SQLite one stays with its thread: opening it costs."""
    for each in connections.all(initialized_only=True):
        if each.vendor != "sqlite" or each.errors_occurred:
            each.close_if_unusable_or_obsolete()
