"""Tells Django about the part `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "farward.people"

    def ready(self) -> None:
        from . import receivers  # noqa: PLC0415 - apps must be loaded first

        receivers.connect()
