"""Addresses of recordings: uploads of a seat's device, and playing for accounts on the debrief page."""

from __future__ import annotations

from django.urls import path

from . import tus, views

urlpatterns = [
    path("s/<uuid:seat_id>/uploads/", tus.Uploads.as_view(), name="seat_uploads"),
    path("s/<uuid:seat_id>/uploads/<uuid:upload_id>", tus.OneUpload.as_view(), name="seat_upload"),
    path("e/<uuid:encounter_id>/recordings/<uuid:upload_id>", views.play, name="recording"),
]
