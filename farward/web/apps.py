"""Tells Django about the part `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "farward.web"
