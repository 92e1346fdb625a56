"""Addresses of the tower. The last step into a room lies under its seat's path: only there is its cookie seen."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("tower/", views.show_tower, name="tower"),
    path("tower/tiles.json", views.tiles, name="tower_tiles"),
    path("tower/go", views.go, name="tower_go"),
    path("tower/say", views.say, name="tower_say"),
    path("s/<uuid:seat_id>/step-in", views.step_in, name="seat_step_in"),
]
