"""Tells Django about the part `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "farward.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
