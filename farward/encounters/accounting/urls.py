"""Addresses of the privacy officer's screens, and of the patient's own view."""

from __future__ import annotations

from django.urls import path

from . import patient, views

urlpatterns = [
    path("privacy/", views.queue, name="review_queue"),
    path("privacy/signals/<int:flag_id>", views.review, name="review_flag"),
    path("privacy/access/", views.accesses, name="accesses"),
    path("privacy/access.csv", views.accesses_csv, name="accesses_csv"),
    path("s/<uuid:seat_id>/seen/", patient.seen, name="seat_seen"),
]
