"""Every address of Farward, by part."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from farward.people.access import not_here

urlpatterns = [
    path("admin/", admin.site.urls),
    # The school gives out addresses: by changing the own one, one could take a seat that is booked for somebody else.
    re_path(r"^accounts/(email|confirm-email)/", not_here),
    # Before the library's: the list of sessions is ours.
    path("", include("farward.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("farward.web.urls")),
    path("", include("farward.encounters.desk.urls")),
    path("", include("farward.encounters.seats.urls")),
    path("", include("farward.encounters.packs.urls")),
    path("", include("farward.encounters.note.urls")),
    path("", include("farward.encounters.consents.urls")),
    path("", include("farward.encounters.captures.urls")),
    path("", include("farward.encounters.clips.urls")),
    path("", include("farward.encounters.recordings.urls")),
    path("", include("farward.encounters.debrief.urls")),
    path("", include("farward.encounters.tower.urls")),
    path("", include("farward.encounters.accounting.urls")),
    path("", include("farward.encounters.breakglass.urls")),
]
