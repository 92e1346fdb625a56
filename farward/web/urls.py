"""The addresses of the pages that belong to no single part."""

from __future__ import annotations

from django.urls import path

from .views import help_desk, home, integrity

urlpatterns = [
    path("", home.home, name="home"),
    path("help/", help_desk.show, name="help"),
    path("help/<uuid:encounter_id>/answer", help_desk.answer, name="help_answer"),
    path("integrity/", integrity.integrity, name="integrity"),
]
