"""Every address of Farward, by part."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("farward.web.urls")),
    path("", include("farward.people.urls")),
    path("", include("farward.encounters.desk.urls")),
    path("", include("farward.encounters.seats.urls")),
    path("", include("farward.encounters.note.urls")),
    path("", include("farward.encounters.captures.urls")),
    path("", include("farward.encounters.debrief.urls")),
    path("", include("farward.encounters.tower.urls")),
]
