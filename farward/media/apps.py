"""Tells Django about the part `media`."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "farward.media"
