"""The addresses of the pages that belong to no single part."""

from __future__ import annotations

from django.urls import path

from .pwa import views as pwa
from .views import help_desk, home, integrity

urlpatterns = [
    path("", home.home, name="home"),
    path("sw.js", pwa.worker, name="service_worker"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("offline", pwa.offline, name="offline"),
    path("help/", help_desk.show, name="help"),
    path("help/<uuid:encounter_id>/answer", help_desk.answer, name="help_answer"),
    path("integrity/", integrity.integrity, name="integrity"),
]
