"""Farward's addresses and the demo's own."""

from __future__ import annotations

from django.urls import include, path

from farward.cli.demo.sign_in import sign_in

urlpatterns = [
    path("demo/<str:token>", sign_in),
    path("demo-seat/<str:token>", sign_in),
    path("", include("farward.urls")),
]
