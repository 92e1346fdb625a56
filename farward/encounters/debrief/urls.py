"""Address of the debrief page."""

from __future__ import annotations

from django.urls import path

from .views import show_debrief

urlpatterns = [path("e/<uuid:encounter_id>/debrief/", show_debrief, name="debrief")]
