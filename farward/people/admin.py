"""Django's own admin, for superusers: accounts, sites and rotations. Encounters and journals are not in it."""

from __future__ import annotations

from django.contrib import admin

from .models import Membership, Rotation, Site, User


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ("name", "email", "is_active", "is_superuser")
    search_fields = ("name", "email")
    # Passwords are set by their owners, through a link.
    fields = ("name", "email", "is_active", "is_staff", "is_superuser")
    inlines = (MembershipInline,)


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin[Site]):
    list_display = ("name", "time_zone")


@admin.register(Rotation)
class RotationAdmin(admin.ModelAdmin[Rotation]):
    list_display = ("name", "site", "starts_on", "ends_on")
    list_filter = ("site",)
