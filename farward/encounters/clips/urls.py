"""Addresses of clips: for a seat's device, and for accounts on the debrief page."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("s/<uuid:seat_id>/clips/<uuid:clip_id>/<int:number>", views.put_piece, name="clip_piece"),
    path("s/<uuid:seat_id>/clips/<uuid:clip_id>", views.seat_clip, name="seat_clip"),
    path("e/<uuid:encounter_id>/clips/<uuid:clip_id>", views.account_clip, name="clip"),
]
