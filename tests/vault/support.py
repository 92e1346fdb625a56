"""Master keys for the vault's tests."""

from __future__ import annotations

import base64

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()
