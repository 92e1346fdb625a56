"""Tells Django about the part `encounters`."""

from importlib import import_module

from django.apps import AppConfig

#: Modules that register handlers for the entries they own, loaded once the models are.
HANDLER_MODULES = (
    "actions.handlers",
    "note.handlers",
    "captures.handlers",
    "clips.handlers",
    "recordings.handlers",
    "answers.handlers",
    "connection.handlers",
)


class EncountersConfig(AppConfig):
    name = "farward.encounters"

    def ready(self) -> None:
        from farward.journal.registry import register  # noqa: PLC0415 - apps must be loaded first

        from .entries import KINDS  # noqa: PLC0415

        register(KINDS)
        for module in HANDLER_MODULES:
            import_module(f"{self.name}.{module}")

        from .live import doorbell  # noqa: PLC0415

        doorbell.connect()

        from .actions import accounts  # noqa: PLC0415

        accounts.connect()
