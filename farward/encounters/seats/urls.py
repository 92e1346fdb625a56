"""Addresses of a seat's own pages. Everything of one seat lies under its path, which is also its cookie's."""

from __future__ import annotations

from django.urls import path

from . import joining, views

urlpatterns = [
    path("j", joining.join, name="join"),
    path("s/<uuid:seat_id>/lobby", views.lobby, name="seat_lobby"),
    path("s/<uuid:seat_id>/go", views.go, name="seat_go"),
    path("s/<uuid:seat_id>/ping", views.ping, name="seat_ping"),
    path("s/<uuid:seat_id>/waiting", views.waiting, name="seat_waiting"),
    path("s/<uuid:seat_id>/", views.room, name="seat_room"),
    path("s/<uuid:seat_id>/leave", views.leave, name="seat_leave"),
    path("s/<uuid:seat_id>/left", views.left, name="seat_left"),
]
