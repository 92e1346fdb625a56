"""Sends the wrapped keys to their own database, whose backups are short: throwing a key away must really end it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


class KeysRouter:
    """The `vault` app lives in the database `keys`; everything else in `default`."""

    def _database(self, app_label: str) -> str:
        return "keys" if app_label == "vault" else "default"

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return self._database(model._meta.app_label)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return self._database(model._meta.app_label)

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        return self._database(obj1._meta.app_label) == self._database(obj2._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self._database(app_label)
