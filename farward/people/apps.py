"""Tells Django about the part `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "farward.people"
