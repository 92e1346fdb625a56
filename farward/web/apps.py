"""Tells Django about the part `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "farward.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
