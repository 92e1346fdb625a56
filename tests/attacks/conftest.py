"""What the attacks share with the tables: the same world, and real sockets."""

from __future__ import annotations

from tests.live.conftest import server_url, visit
from tests.policy.conftest import _captures, world

__all__ = ["_captures", "server_url", "visit", "world"]
