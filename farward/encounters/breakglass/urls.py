"""Addresses of an emergency, under the encounter's own."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("e/<uuid:encounter_id>/emergency/open", views.open_glass, name="glass_break"),
    path("e/<uuid:encounter_id>/emergency/", views.show_record, name="glass"),
    path("e/<uuid:encounter_id>/emergency/pictures/<uuid:capture_id>", views.picture, name="glass_picture"),
    path("e/<uuid:encounter_id>/emergency/end", views.end, name="glass_end"),
]
