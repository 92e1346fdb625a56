"""Django's own admin, for superusers: accounts, sites and rotations. Encounters and journals are not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from .models import Membership, Rotation, Site, User

# Django's admin classes take type arguments for the type checker only.
if TYPE_CHECKING:
    MembershipInlineBase = admin.TabularInline[Membership, User]
    UserAdminBase = admin.ModelAdmin[User]
    SiteAdminBase = admin.ModelAdmin[Site]
    RotationAdminBase = admin.ModelAdmin[Rotation]
else:
    MembershipInlineBase = admin.TabularInline
    UserAdminBase = SiteAdminBase = RotationAdminBase = admin.ModelAdmin


class MembershipInline(MembershipInlineBase):
    model = Membership
    extra = 0


@admin.register(User)
class UserAdmin(UserAdminBase):
    list_display = ("name", "email", "is_active", "is_superuser")
    search_fields = ("name", "email")
    # Passwords are set by their owners, through a link.
    fields = ("name", "email", "is_active", "is_staff", "is_superuser")
    inlines = (MembershipInline,)


@admin.register(Site)
class SiteAdmin(SiteAdminBase):
    list_display = ("name", "time_zone")


@admin.register(Rotation)
class RotationAdmin(RotationAdminBase):
    list_display = ("name", "site", "starts_on", "ends_on")
    list_filter = ("site",)
