"""Tells Django about the part `vault`."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "farward.vault"
