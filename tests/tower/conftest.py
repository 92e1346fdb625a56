"""The tower is tested on the live channel's own server."""

from tests.live.conftest import server_url

__all__ = ["server_url"]
