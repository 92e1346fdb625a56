"""Tells Django about the part `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "farward.journal"

    def ready(self) -> None:
        from farward.journal.entries import KINDS  # noqa: PLC0415 - models must be loaded first
        from farward.journal.registry import register  # noqa: PLC0415

        register(KINDS)
