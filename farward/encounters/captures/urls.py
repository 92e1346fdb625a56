"""Addresses of stills: for a seat's device, and for accounts on the debrief page."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("s/<uuid:seat_id>/captures/<uuid:capture_id>", views.seat_capture, name="seat_capture"),
    path("s/<uuid:seat_id>/captures/<uuid:capture_id>/from/<int:offset>", views.put_piece, name="capture_piece"),
    path("e/<uuid:encounter_id>/captures/<uuid:capture_id>", views.account_capture, name="capture"),
]
