"""Test settings enter here, before Django reads them, and the fixtures are gathered from tests/fixtures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import django
import pytest

for name in [name for name in os.environ if name.startswith("FARWARD_")] + ["DATABASE_URL", "REDIS_URL"]:
    os.environ.pop(name, None)
os.environ.update(
    {
        "FARWARD_SECRET_KEY": "test-only-secret-key-of-more-than-fifty-characters-long",
        "FARWARD_MASTER_KEYS": "test:" + "A" * 43 + "=",
        "FARWARD_DATA_DIR": tempfile.mkdtemp(prefix="farward-test-"),
        "DJANGO_SETTINGS_MODULE": "farward.settings",
        # Tests sign the cast in by hand; those of the second step ask for one themselves.
        "FARWARD_SECOND_STEP_ROLES": "none",
    }
)

# Before the fixtures are imported, for they name models.
django.setup()

pytest_plugins = [
    "tests.fixtures.cast",
    "tests.fixtures.journal",
    "tests.fixtures.postgres",
    "tests.fixtures.redis",
    "tests.fixtures.server",
    "tests.fixtures.browser",
    "tests.fixtures.coturn",
    "tests.fixtures.firefox",
]

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the database gets both, the main one and that of the keys."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is None and not DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            continue
        options = {"databases": "__all__", **(marker.kwargs if marker else {})}
        item.add_marker(pytest.mark.django_db(*(marker.args if marker else ()), **options), append=False)


@pytest.fixture(scope="session", autouse=True)
def _unhashed_static_files() -> Iterator[None]:
    """Templates under test name static files as they are; only real servers gather and hash them."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield
