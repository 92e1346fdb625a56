"""Tells Django about the part `privacy`."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "farward.privacy"

    def ready(self) -> None:
        from farward.journal.registry import register  # noqa: PLC0415 - apps must be loaded first

        from .entries import KINDS  # noqa: PLC0415

        register(KINDS)
