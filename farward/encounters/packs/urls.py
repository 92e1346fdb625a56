"""The address at which a device gets a pack: on the seat's own path, because only there goes its cookie."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [path("s/<uuid:seat_id>/pack", views.pack, name="seat_pack")]
