"""Addresses of the note."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("s/<uuid:seat_id>/note.bin", views.note_state, name="note_state"),
    path("s/<uuid:seat_id>/summary/", views.seat_summary, name="seat_summary"),
    path("e/<uuid:encounter_id>/note/", views.NotePage.as_view(), name="note"),
]
