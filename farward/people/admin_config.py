"""Puts Farward's own admin site in place of Django's. Apart from the site, which needs the models loaded."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class FarwardAdminConfig(AdminConfig):
    """Takes the place of `django.contrib.admin` in the list of apps."""

    default_site = "farward.people.admin_site.FarwardAdminSite"
