"""Addresses of the booking desk. No address names a person."""

from __future__ import annotations

from django.urls import path

from . import enter, links, views, week

urlpatterns = [
    path("week/", week.show_week, name="week"),
    path("e/new", views.book, name="book"),
    path("e/<uuid:encounter_id>/", views.show, name="encounter"),
    path("e/<uuid:encounter_id>/change", views.change_time, name="encounter_change"),
    path("e/<uuid:encounter_id>/seats/new", views.add_seat, name="seat_new"),
    path("e/<uuid:encounter_id>/seats/<uuid:seat_id>/link", links.link, name="seat_link"),
    path("e/<uuid:encounter_id>/cancel", views.cancel, name="encounter_cancel"),
    path("e/<uuid:encounter_id>/no-show", views.no_show, name="encounter_no_show"),
    path("e/<uuid:encounter_id>/enter", enter.enter, name="encounter_enter"),
    path("s/<uuid:seat_id>/enter", enter.enter_seat, name="seat_enter"),
]
