"""The address at which a seat's device takes a consent back."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [path("s/<uuid:seat_id>/take-back", views.take_back, name="seat_take_back")]
