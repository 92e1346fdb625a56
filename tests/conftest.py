"""Test settings enter here, before Django reads them, and the fixtures are gathered from tests/fixtures."""

from __future__ import annotations

import os
import tempfile

os.environ.update(
    {
        "FARWARD_SECRET_KEY": "test-only-secret-key-of-more-than-fifty-characters-long",
        "FARWARD_MASTER_KEYS": "test:" + "A" * 43 + "=",
        "FARWARD_DATA_DIR": tempfile.mkdtemp(prefix="farward-test-"),
        "DJANGO_SETTINGS_MODULE": "farward.settings",
    }
)

pytest_plugins = [
    "tests.fixtures.cast",
    "tests.fixtures.postgres",
    "tests.fixtures.redis",
    "tests.fixtures.server",
    "tests.fixtures.browser",
]
